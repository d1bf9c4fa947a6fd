"""A public host name: its certificate, and the ingress controller that answers for it."""

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
    """Writes hosts and routes in the language of one ingress controller.

    What the controller cannot express is a `ConfigurationError` that names it,
    never a silent loss.
    """

    @property
    def controller(self) -> Neighbour:
        """The pods of the controller, which call those of the tiers."""
        ...

    @property
    def expressed(self) -> Collection[str]:
        """The parts of a `TrafficPolicy` that it can write, by their fields."""
        ...

    @property
    def default_read_seconds(self) -> int | None:
        """How long it waits between two reads of an answer when a route does not say.

        None where that is for each controller to choose.
        """
        ...

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the object that holds the host, its certificate and its redirects.

        Args:
            scope: where it is made.
            host: the host.
            served: all routes that are on it, for a controller that wants them here.
        """
        ...

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create the object that sends requests to the tracks of a tier."""
        ...


class Tls(Value):
    """The certificate of a host; plain HTTP is redirected to it.

    Args:
        secret_name: the Secret with ``tls.crt`` and ``tls.key``, beside the host.
        hsts_seconds: how long browsers insist on HTTPS after a visit, a year by
            default; None for not at all.

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
    """A host name that tiers share, each with routes of its own; a `PublicHost` makes it.

    Args:
        name: such as ``shop.example.com``.
        tls: its certificate.
        renderer: the ingress controller that the cluster runs, such as
            `NginxIngress`. Required: no controller is in all clusters.

    Raises:
        ConfigurationError: the name is no host name, or the object that holds it
            could not be named after it.
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
        """The name of the object that holds the host."""
        return self.name.replace(".", "-")

    def attach_routes(
        self,
        scope: Construct,
        identity: Identity,
        *,
        routes: Sequence[Route],
        tracks: Sequence[Backend],
    ) -> tuple[ServedRoute, ...]:
        """Create the routes of a tier, and return them to be told as `Facts.routes`.

        Args:
            scope: where they are made.
            identity: of the tier.
            routes: what is routed.
            tracks: where to, the one that takes the traffic first.
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
    """A route and the tracks that answer it, as a tier tells the host that it is on.

    Args:
        host: where it is.
        identity: of the tier.
        route: what is routed.
        tracks: where to, the one that it is named after first. That one may have
            no traffic left.
    """

    host: Host
    identity: Identity
    route: Route
    tracks: tuple[Backend, ...]

    @property
    def name(self) -> str:
        """The name of the object that holds the route: that of the Service, and its own."""
        return "-".join(filter(None, (self.tracks[0].service, self.route.name)))

    @property
    def host_name(self) -> str:
        """The name of the host."""
        return self.host.name

    @property
    def host_names(self) -> tuple[str, ...]:
        """That one, and the names that only some tracks answer to."""
        return tuple(dict.fromkeys((self.host.name, *self._tracks_by_host)))

    @property
    def policy(self) -> TrafficPolicy:
        """The policy of the route; of a preferred one what the controller expresses."""
        return self.route.policy_on(self.host.renderer.expressed)

    @property
    def response_headers(self) -> dict[str, str]:
        """The headers that each answer gets."""
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
    """Refuse routes that are on no host, but for the usual one of a tier."""
    if host is None and tuple(routes) not in ((), (usual,)):
        paths = [path for route in routes for path in route.paths]
        raise ConfigurationError("routes", paths, "give the host that they are on: host=Host(…)")
