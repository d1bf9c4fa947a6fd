"""Hosts and routes for the F5 NGINX Ingress Controller, as its own custom resources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Any

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import reject
from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_name
from constructs_lib.scopes import namespace_of
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.nginx_controller import (
    API_VERSION,
    DEFAULT_READ_SECONDS,
    DETACH_SECONDS,
    IDLE_SECONDS,
    check_http2,
    client_policies,
    nginx_controller,
    pod_certificate,
    policy_name,
    policy_object,
    redirect,
    virtual_server_tls,
)
from constructs_lib.traffic.policy import LoadBalancing
from constructs_lib.traffic.routes import Location
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.traffic.virtual_server_fields import expressed_for, fields_of, match_condition
from constructs_lib.values import Value


class VirtualServer(Value):
    """The F5 NGINX Ingress Controller 5.5 or newer, with its custom resources installed.

    A host is one VirtualServer with all its routes; rate limits and caches are
    Policies beside the tiers. It splits traffic between tracks, by weight, header
    or cookie; by weight only where no client must stay with its pod (https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/).

    Args:
        ingress_class: the IngressClass of the controller.
        controller: its pods; by default those of its Helm chart in the
            namespace ``nginx-ingress``. With `hostNetwork` it has the addresses of its nodes:
            ``Outside(name="nodes", cidrs=(…,))``.

    Raises:
        ConfigurationError: the class is no name.
    """

    ingress_class: str = "nginx"
    controller: Neighbour | Outside = field(default_factory=nginx_controller)

    def __post_init__(self) -> None:
        check_name("VirtualServer.ingress_class", self.ingress_class)

    def expressed(self, spoken: Spoken) -> Collection[str]:
        """Return the parts of a `TrafficPolicy` that it supports, by their fields."""
        return expressed_for(spoken)

    @property
    def default_read_seconds(self) -> int:
        """The default of nginx, and of the controller."""
        return DEFAULT_READ_SECONDS

    @property
    def idle_seconds(self) -> int:
        """The default of nginx for connections to pods."""
        return IDLE_SECONDS

    @property
    def detach_seconds(self) -> int:
        """What was seen to take less than a second, with a margin."""
        return DETACH_SECONDS

    @property
    def splits_traffic(self) -> bool:
        """Yes, by weight, header and cookie."""
        return True

    @property
    def shares_hosts(self) -> bool:
        """No: all routes are in the object of the host."""
        return False

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the VirtualServer."""
        _check_upstreams(served)
        namespace = namespace_of(scope)
        policies = client_policies(scope, host, ingress_class=self.ingress_class)
        CustomResource(
            scope,
            f"Host-{host.name}",
            api_version=API_VERSION,
            kind="VirtualServer",
            metadata=names.metadata(
                scope,
                "VirtualServer",
                host.object_name,
                field="Host.name",
                namespace=namespace,
                labels=host.labels,
                annotations=host.annotations,
            ),
            fields={
                "spec": {
                    "ingressClassName": self.ingress_class,
                    "host": host.name,
                    "tls": virtual_server_tls(host),
                    "policies": [{"name": name} for name in policies] or None,
                    "upstreams": [
                        _upstream(route, track, namespace)
                        for route in served
                        for track in route.tracks
                    ],
                    "routes": [
                        {
                            "path": f"{'=' if location.exact else ''}{location.path}",
                            **_route(route, location),
                        }
                        for route in served
                        for location in route.route.locations
                    ],
                }
            },
        )

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create another VirtualServer."""
        redirect(scope, host, name, ingress_class=self.ingress_class)

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create the Policies of a route, and refuse a policy that the host could not have."""
        check_expressed(served)
        check_http2(served)
        _check_nobody_must_stay(served)
        _check_rewritten(served)
        for name in ("labels", "annotations"):
            if own := getattr(served.route, name):
                reject(f"Route.{name}", own, f"say Host.{name}: a VirtualServer has all its routes")
        for match in (match for track in served.tracks for match in track.matches):
            match_condition(match)
        for policy, spec in _policies(served).items():
            policy_object(scope, served, policy, spec, ingress_class=self.ingress_class)


def _check_upstreams(served: Sequence[ServedRoute]) -> None:
    taken: set[str] = set()
    for route in served:
        for track in route.tracks:
            name = _upstream_name(route, track)
            if name in taken:
                reject(
                    "Route.name",
                    route.route.name,
                    f"choose another: {route.host_name} has an upstream {name}",
                )
            taken.add(name)


def _check_nobody_must_stay(served: ServedRoute) -> None:
    """Refuse shares of clients that stay with their pod: each request is drawn by its own id."""
    policy = served.policy
    stay = policy.session_cookie or policy.load_balancing is LoadBalancing.CLIENT_ADDRESS
    sharing = [track.name for track in served.tracks if track.weight]
    if stay and len(sharing) > 1:
        reject(
            "rollout",
            sharing,
            "VirtualServer gives each request to one of them anew, so that no client stays with "
            "its pod; let only matches lead to one, use BlueGreen, or leave out the session "
            "cookie and the balancing by client address",
        )


def _check_rewritten(served: ServedRoute) -> None:
    """Refuse to rewrite where tracks share: the controller forgets to at a path alone.

    Its pattern begins with the ``=`` of the path there (generateRewrites in
    https://github.com/nginx/kubernetes-ingress/blob/v5.5.4/internal/configs/virtualserver.go).
    """
    if served.route.rewrite is not None and len(served.tracks) > 1:
        reject(
            "Route.rewrite",
            served.route.rewrite,
            "leave it out where tracks share the traffic: VirtualServer would not rewrite "
            "every path; or use GatewayApi, RollingUpdate or BlueGreen",
        )


def _upstream_name(served: ServedRoute, track: Backend) -> str:
    """Name it after the Service, so that a switch of its pods changes nothing here."""
    name = "-".join(filter(None, (track.service, served.route.name)))
    check_name("name of an upstream", name)
    return name


def _upstream(served: ServedRoute, track: Backend, namespace: str) -> Mapping[str, Any]:
    elsewhere = "" if track.namespace == namespace else f"{track.namespace}/"
    return {
        "name": _upstream_name(served, track),
        "service": f"{elsewhere}{track.service}",
        "port": served.service_port,
        "type": "grpc" if served.spoken.is_grpc else None,
        "tls": {"enable": True} if served.spoken.tls else None,
        **fields_of(served.parts).upstream,
    }


def _policies(served: ServedRoute) -> dict[str, Mapping[str, Any]]:
    return {**fields_of(served.parts).policies, **pod_certificate(served.spoken)}


def _route(served: ServedRoute, location: Location) -> dict[str, Any]:
    fields = fields_of(served.parts)
    namespace = served.identity.namespace
    splits = [
        {"weight": track.weight, "action": _action(served, track, location)}
        for track in served.tracks
        if track.weight
    ]
    return {
        **fields.route,
        "policies": [
            {"name": policy_name(served, policy), "namespace": namespace}
            for policy in _policies(served)
        ]
        or None,
        "matches": [
            {"conditions": [match_condition(match)], "action": _action(served, track, location)}
            for track in served.tracks
            for match in track.matches
        ]
        or None,
        **({"splits": splits} if len(splits) > 1 else {"action": splits[0]["action"]}),
    }


def _action(served: ServedRoute, track: Backend, location: Location) -> dict[str, Any]:
    upstream = _upstream_name(served, track)
    rewritten = {} if location.rewritten is None else {"rewritePath": location.rewritten}
    proxy = {**rewritten, **fields_of(served.parts).proxy}
    return {"proxy": {"upstream": upstream, **proxy}} if proxy else {"pass": upstream}
