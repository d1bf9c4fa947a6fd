"""Public hosts: names, certificate and ingress controller."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Protocol

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.labels import Identity, check_further_labels
from constructs_lib.names import LONGEST, short_name
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_distinct
from constructs_lib.traffic.annotations import check_own_annotations
from constructs_lib.traffic.headers import STRICT_TRANSPORT_SECURITY
from constructs_lib.traffic.host_names import ANY, check_host_name, object_name
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.traffic.tls import PlainHttp, Tls, TlsInFront
from constructs_lib.traffic.weights import tracks_by_host
from constructs_lib.values import Value


class Renderer(Protocol):
    """An ingress controller, which hosts and routes are rendered for.

    Parts of a policy that it does not support are a `ConfigurationError`, and never
    dropped.
    """

    @property
    def controller(self) -> Neighbour | Outside:
        """The pods or addresses of the controller, which NetworkPolicies of tiers admit."""
        ...

    def expressed(self, spoken: Spoken) -> Collection[str]:
        """Return the parts of a `TrafficPolicy` that it supports, or refuse what pods speak."""
        ...

    @property
    def default_read_seconds(self) -> int | None:
        """The read timeout without one in the policy; None if controllers differ."""
        ...

    @property
    def idle_seconds(self) -> int:
        """How long it keeps connections to pods that it does not use."""
        ...

    @property
    def detach_seconds(self) -> int:
        """How long it may still send requests to a pod that terminates."""
        ...

    @property
    def splits_traffic(self) -> bool:
        """Whether it splits the requests of a route between tracks."""
        ...

    @property
    def shares_hosts(self) -> bool:
        """Whether programs may share a host, each with objects of its own routes."""
        ...

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the object of the host, with its certificate and the redirect to HTTPS.

        Args:
            scope: the parent construct.
            host: the host.
            served: all its routes, for a controller that has them in this object.
        """
        ...

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create the object that redirects another name to the host.

        Args:
            scope: the parent construct.
            host: the host.
            name: one of its `redirects_from`.
        """
        ...

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create the object of a route, with the tracks of a tier as backends."""
        ...


class Host(Value):
    """A host name that tiers share, each with its routes; a `PublicHost` creates it.

    Args:
        name: such as ``shop.example.com``, or ``*.shop.example.com`` for all names with one more
            part in front.
        tls: its certificate, `TlsInFront`, or `PlainHttp` for none.
        renderer: for the ingress controller of the cluster, such as `NginxIngress`. Required:
            no controller is in all clusters.
        redirects_from: other names, such as ``www.shop.example.com``, which are redirected to
            this one with path and query. The certificate is for them too.
        labels: further labels of the object of the host.
        annotations: of the object of the host, such as those of external-dns.

    Raises:
        ConfigurationError: an invalid host name, or an annotation that puts text into the
            configuration of a controller.
    """

    name: str
    tls: Tls | TlsInFront | PlainHttp
    renderer: Renderer
    redirects_from: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_host_name("Host.name", self.name)
        for name in self.redirects_from:
            check_host_name("Host.redirects_from", name)
        if self.redirects_from and self.name.startswith(ANY):
            reject("Host.redirects_from", self.name, "redirect to one name")
        check_distinct("Host.redirects_from", self.names)
        check_further_labels("Host.labels", self.labels)
        check_own_annotations("Host.annotations", self.annotations)

    @property
    def object_name(self) -> str:
        """The name of the object of the host."""
        return object_name(self.name)

    @property
    def scheme(self) -> str:
        """That of its addresses: ``https``, or ``http`` where it has no TLS at all."""
        return "http" if isinstance(self.tls, PlainHttp) else "https"

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://{self.name}"

    @property
    def names(self) -> tuple[str, ...]:
        """All names that its certificate is for."""
        return (self.name, *self.redirects_from)

    def policy_of(self, route: Route, spoken: Spoken) -> TrafficPolicy:
        """Return the policy of a route, as far as the controller supports a preferred one."""
        return route.policy_on(self.renderer.expressed(spoken))

    def alone(self, name: str) -> Host:
        """Return a host like this one with another name, and no name that redirects to it."""
        return self if name == self.name else replace(self, name=name, redirects_from=())


class ServedRoute(Value):
    """A route with its host and its backends, as a fact for the `PublicHost`.

    Args:
        host: of the route.
        identity: of the tier.
        route: the paths and policy.
        tracks: its backends, first the one that it is named after, which may have no traffic.
        suffix: of its name, which tells it from the same route on another host.
        spoken: by its backends.
        number: of the port of their Services; the usual one where they are asked for requests.

    Raises:
        ConfigurationError: no backend.
    """

    host: Host
    identity: Identity
    route: Route
    tracks: tuple[Backend, ...]
    suffix: str = ""
    spoken: Spoken = Spoken()
    number: int | None = None

    def __post_init__(self) -> None:
        if not self.tracks:
            reject("ServedRoute.tracks", (), "name the backend of the route")

    @property
    def name(self) -> str:
        """The name of the object of the route: that of the Service, and its own."""
        own = "-".join(filter(None, (self.tracks[0].service, self.route.name)))
        return short_name(own, self.suffix, longest=LONGEST) if self.suffix else own

    @property
    def service_port(self) -> int:
        """The number of the port of its Services."""
        return self.spoken.service_port if self.number is None else self.number

    @property
    def labels(self) -> dict[str, str]:
        """The labels of that object: those of the route, and of its tier."""
        return {**self.route.labels, **self.identity.labels}

    @property
    def host_name(self) -> str:
        """The name of the host."""
        return self.host.name

    @property
    def scheme(self) -> str:
        """That of its address."""
        return self.host.scheme

    @property
    def is_site(self) -> bool:
        """Whether it leads from ``/``, not by gRPC, and not for some visitors only."""
        asked = isinstance(self.host.tls, Tls) and self.host.tls.client_authority
        closed = asked or self.spoken.is_grpc or self.policy.allowed_ranges
        return "/" in self.route.paths and not closed

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names of the host, and the hosts of single tracks."""
        return tuple(dict.fromkeys((*self.host.names, *self._tracks_by_host)))

    @property
    def policy(self) -> TrafficPolicy:
        """The policy of the route, as far as the controller supports a preferred one."""
        return self.host.policy_of(self.route, self.spoken)

    @property
    def parts(self) -> dict[str, Any]:
        """The parts of the policy, by their fields, with the header that the host has for all."""
        seconds, parts = self.host.tls.hsts_seconds, self.policy.parts()
        if seconds is None:
            return parts
        strict = {STRICT_TRANSPORT_SECURITY: f"max-age={seconds}"}
        return {**parts, "response_headers": {**strict, **parts.get("response_headers", {})}}

    def by_host(self) -> Iterator[ServedRoute]:
        """Yield the route with the tracks on its host, and with those on hosts of their own."""
        for name, tracks in self._tracks_by_host.items():
            yield replace(self, host=self.host.alone(name), tracks=tracks)

    @property
    def _tracks_by_host(self) -> dict[str, tuple[Backend, ...]]:
        return tracks_by_host(self.tracks, self.host.name)
