"""The routes of a tier on its hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from constructs import Construct

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.labels import Identity
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_distinct
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import HTTP, Spoken
from constructs_lib.traffic.tls import PlainHttp


def hosts_of(host: Host | Sequence[Host] | None) -> tuple[Host, ...]:
    """Return the hosts of an argument that takes one or several."""
    hosts = () if host is None else (host,) if isinstance(host, Host) else tuple(host)
    check_distinct("host", [each.name for each in hosts])
    return hosts


def attach_routes(
    scope: Construct,
    identity: Identity,
    *,
    hosts: Sequence[Host],
    routes: Sequence[Route],
    tracks: Sequence[Backend],
    spoken: Spoken = Spoken(),
    ports: Mapping[str, int] = MappingProxyType({}),
) -> tuple[ServedRoute, ...]:
    """Create the routes of a tier on its hosts, and return them for `Facts.routes`.

    Args:
        scope: the parent construct.
        identity: of the tier.
        hosts: of the tier; objects for all but the first have the host in their names.
        routes: of the tier, on each host.
        tracks: their backends, first the one that gets the traffic.
        spoken: by these, on the port for requests.
        ports: the numbers of others that their Services offer, by name.
    """
    if not routes:
        raise ConfigurationError("routes", (), "give at least one, or leave the host out")
    check_distinct("Route.name", [route.name for route in routes])
    _check_places(routes, hosts, ports, spoken)
    if spoken.is_grpc:
        _check_grpc([route for route in routes if route.port == HTTP])
    for host in hosts:
        _check_split(host, tracks)
        _check_cookies(host, routes, spoken)
    # A track with a host of its own is there once.
    shared = tuple(track for track in tracks if track.host is None)
    served = tuple(
        ServedRoute(
            host=host,
            identity=identity,
            route=route,
            tracks=shared if number else tuple(tracks),
            suffix=host.object_name if number else "",
            spoken=spoken if route.port == HTTP else Spoken(),
            number=ports.get(route.port),
        )
        for number, host in enumerate(hosts)
        for route in routes
        if route.is_on(host.name)
    )
    for route in served:
        for on_host in route.by_host():
            on_host.host.renderer.render_route(scope, on_host)
    return served


def _check_places(
    routes: Sequence[Route], hosts: Sequence[Host], ports: Mapping[str, int], spoken: Spoken
) -> None:
    """Refuse hosts that the tier is not on, and ports that its Services do not offer."""
    names = [host.name for host in hosts]
    for route in routes:
        for name in route.hosts:
            if name not in names:
                reject("Route.hosts", name, f"name some of {', '.join(names)}")
        if route.port not in (HTTP, *ports):
            reject("Route.port", route.port, f"name one of {', '.join((HTTP, *ports))}")
        if route.port != HTTP and spoken.tls is not None:
            reject("Route.port", route.port, "leave Http.tls out: a Service speaks it on all ports")


def _check_split(host: Host, tracks: Sequence[Backend]) -> None:
    """Refuse a split that the renderer cannot do, before the step at which it would begin."""
    shares = (t.splits or (t.host is None and (t.weight or t.matches)) for t in tracks[1:])
    if any(shares) and not host.renderer.splits_traffic:
        reject(
            "rollout",
            [track.name for track in tracks],
            f"{type(host.renderer).__name__} cannot split the traffic of a host between tracks; "
            "use RollingUpdate, or the renderer VirtualServer or GatewayApi",
        )


def _check_grpc(routes: Sequence[Route]) -> None:
    """Refuse what no call of gRPC can be: its path is ``/package.Service/Method``."""
    for route in routes:
        for path in route.paths:
            if path.count("/") > 2:
                form = "'/', '/package.Service' or '/package.Service/Method'"
                reject("Route.paths", path, f"use {form}")
        if route.rewrite is not None:
            reject("Route.rewrite", route.rewrite, "leave it out: the path names what is called")
        if route.websocket:
            reject("Route.websocket", route.websocket, "leave it out: websockets are HTTP/1.1")


def _check_cookies(host: Host, routes: Sequence[Route], spoken: Spoken) -> None:
    """Refuse session cookies without TLS: they are secure ones."""
    for route in routes:
        if not route.is_on(host.name):
            continue
        cookie = host.policy_of(route, spoken).session_cookie
        if cookie is not None and isinstance(host.tls, PlainHttp):
            reject(
                "TrafficPolicy.session_cookie",
                cookie,
                "leave it out: browsers send it over HTTPS alone, and the host has PlainHttp()",
            )


def check_hosts(hosts: Sequence[Host], routes: Sequence[Route], *, usual: Sequence[Route]) -> None:
    """Refuse routes without a host, except the default ones of a tier."""
    if not hosts and tuple(routes) not in ((), tuple(usual)):
        paths = [path for route in routes for path in route.paths]
        reject("routes", paths, "give the host that they are on: host=Host(…)")
