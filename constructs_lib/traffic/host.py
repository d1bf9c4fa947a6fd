"""Public hosts: name, certificate and ingress controller."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.labels import Identity
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import (
    check_distinct,
    check_label_value,
    check_name,
    check_range,
    check_subdomain,
)
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.weights import tracks_by_host
from constructs_lib.values import Value


class Renderer(Protocol):
    """An ingress controller, which hosts and routes are rendered for.

    Parts of a policy that it does not support are a `ConfigurationError`, and never
    dropped.
    """

    @property
    def controller(self) -> Neighbour:
        """The pods of the controller, which NetworkPolicies of tiers admit."""
        ...

    @property
    def expressed(self) -> Collection[str]:
        """The parts of a `TrafficPolicy` that it supports, by their fields."""
        ...

    @property
    def default_read_seconds(self) -> int | None:
        """The read timeout without one in the policy; None if controllers differ."""
        ...

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the object of the host, with its certificate and redirects.

        Args:
            scope: the parent construct.
            host: the host.
            served: all its routes, for a controller that has them in this object.
        """
        ...

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create the object of a route, with the tracks of a tier as backends."""
        ...


class Tls(Value):
    """The certificate of a host; plain HTTP is redirected to it.

    Args:
        secret_name: the Secret with ``tls.crt`` and ``tls.key``, in the namespace of the host.
        hsts_seconds: the max-age of HSTS, a year by default; None disables it.

    Raises:
        ConfigurationError: a name or duration that cannot work.
    """

    secret_name: str
    hsts_seconds: int | None = 31_536_000

    def __post_init__(self) -> None:
        check_subdomain("Tls.secret_name", self.secret_name)
        check_label_value("Tls.secret_name", self.secret_name)
        if self.hsts_seconds is not None:
            check_range("Tls.hsts_seconds", self.hsts_seconds, 1, 2 * 31_536_000)

    @property
    def secret(self) -> SecretRef:
        """The Secret by reference."""
        return SecretRef(name=self.secret_name, keys=("tls.crt", "tls.key"))


class Host(Value):
    """A host name that tiers share, each with its routes; a `PublicHost` creates it.

    Args:
        name: such as ``shop.example.com``.
        tls: its certificate.
        renderer: for the ingress controller of the cluster, such as `NginxIngress`. Required:
            no controller is in all clusters.

    Raises:
        ConfigurationError: an invalid host name, or one too long for the name of
            its object.
    """

    name: str
    tls: Tls
    renderer: Renderer

    def __post_init__(self) -> None:
        check_subdomain("Host.name", self.name)
        if "." not in self.name:
            raise ConfigurationError("Host.name", self.name, "use a name such as shop.example.com")
        # The object is named after it.
        check_name("Host.name", self.object_name)

    @property
    def object_name(self) -> str:
        """The name of the object of the host."""
        return self.name.replace(".", "-")

    def attach_routes(
        self,
        scope: Construct,
        identity: Identity,
        *,
        routes: Sequence[Route],
        tracks: Sequence[Backend],
    ) -> tuple[ServedRoute, ...]:
        """Create the routes of a tier, and return them for `Facts.routes`.

        Args:
            scope: the parent construct.
            identity: of the tier.
            routes: of the tier.
            tracks: their backends, first the one that gets the traffic.
        """
        if not routes:
            raise ConfigurationError("routes", (), "give at least one, or leave the host out")
        check_distinct("Route.name", [route.name for route in routes])
        served = tuple(
            ServedRoute(host=self, identity=identity, route=route, tracks=tuple(tracks))
            for route in routes
        )
        for route in served:
            for on_host in route.by_host():
                self.renderer.render_route(scope, on_host)
        return served


class ServedRoute(Value):
    """A route with its host and its backends, as a fact for the `PublicHost`.

    Args:
        host: of the route.
        identity: of the tier.
        route: the paths and policy.
        tracks: its backends, first the one that it is named after, which may have no traffic.
    """

    host: Host
    identity: Identity
    route: Route
    tracks: tuple[Backend, ...]

    @property
    def name(self) -> str:
        """The name of the object of the route: that of the Service, and its own."""
        return "-".join(filter(None, (self.tracks[0].service, self.route.name)))

    @property
    def host_name(self) -> str:
        """The name of the host."""
        return self.host.name

    @property
    def host_names(self) -> tuple[str, ...]:
        """The host, and the hosts of single tracks."""
        return tuple(dict.fromkeys((self.host.name, *self._tracks_by_host)))

    @property
    def policy(self) -> TrafficPolicy:
        """The policy of the route; of a preferred one, the parts that the controller supports."""
        return self.route.policy_on(self.host.renderer.expressed)

    @property
    def response_headers(self) -> dict[str, str]:
        """The headers of each response."""
        seconds = self.host.tls.hsts_seconds
        return {} if seconds is None else {"Strict-Transport-Security": f"max-age={seconds}"}

    def by_host(self) -> Iterator[ServedRoute]:
        """Yield the route with the tracks on its host, and with those on hosts of their own."""
        for name, tracks in self._tracks_by_host.items():
            yield replace(self, host=replace(self.host, name=name), tracks=tracks)

    @property
    def _tracks_by_host(self) -> dict[str, tuple[Backend, ...]]:
        return tracks_by_host(self.tracks, self.host.name)


def check_host(host: Host | None, routes: Sequence[Route], *, usual: Route) -> None:
    """Refuse routes without a host, except the default ones of a tier."""
    if host is None and tuple(routes) not in ((), (usual,)):
        paths = [path for route in routes for path in route.paths]
        raise ConfigurationError("routes", paths, "give the host that they are on: host=Host(…)")
