"""A public host name: its certificate, and the ingress controller that answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakKeyDictionary

import jsii
from constructs import Construct, IConstruct, IValidation

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.names import Identity, app_of, claim, is_claimed
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import (
    check_distinct,
    check_label_value,
    check_name,
    check_range,
    check_subdomain,
)
from constructs_lib.traffic.routes import Route, ServedRoute
from constructs_lib.traffic.shares import tracks_by_host


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
    def default_read_seconds(self) -> int | None:
        """How long it waits between two reads of an answer when a route does not say.

        None where that is for each controller to choose.
        """
        ...

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Make the object that holds the host, its certificate and its redirects.

        Args:
            scope: where it is made.
            host: the host.
            served: all routes that are on it, for a controller that wants them here.
        """
        ...

    def render_route(self, scope: Construct, host: Host, served: ServedRoute) -> None:
        """Make the object that sends requests to the tracks of a tier."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Tls:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """A host name that tiers share, each with routes of its own.

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

    def attach(self, scope: Construct) -> None:
        """Make the host; once in an app, and after the tiers that have routes on it.

        Hosts that tracks have of their own are made with it.
        """
        if not claim(scope, "Host", self.name):
            raise ConfigurationError("Host.attach", self.name, "call it once in an app")
        for name, routes in self._served(scope).items():
            self.renderer.render_host(scope, replace(self, name=name), routes)

    def attach_routes(
        self,
        scope: Construct,
        identity: Identity,
        *,
        routes: Sequence[Route],
        tracks: Sequence[Backend],
    ) -> None:
        """Make the routes of a tier; a path belongs to one route of a host."""
        if is_claimed(scope, "Host", self.name):
            raise ConfigurationError(
                "Host.attach", self.name, f"call it after {identity.name!r}, which has routes on it"
            )
        if not routes:
            raise ConfigurationError("routes", (), "give at least one, or leave the host out")
        check_distinct("Route.name", [route.name for route in routes])
        if claim(scope, "Routes of a host", self.name):
            app_of(scope).node.add_validation(_Attached(scope, self.name))
        served = self._served(scope)
        for name, on_host in tracks_by_host(tracks, self.name).items():
            for route in routes:
                for path in route.paths:
                    if not claim(scope, "Route", name, path):
                        raise ConfigurationError(
                            "Route.paths", path, f"choose another: a route of {name} has it"
                        )
                part = ServedRoute(identity=identity, route=route, tracks=on_host)
                served.setdefault(name, []).append(part)
                self.renderer.render_route(scope, replace(self, name=name), part)

    def _served(self, scope: Construct) -> dict[str, list[ServedRoute]]:
        """Return the routes on this host and those that come with it, by host name."""
        hosts = _hosts_by_app.setdefault(app_of(scope), {})
        host, served = hosts.setdefault(self.name, (self, {self.name: []}))
        if host != self:
            raise ConfigurationError(
                "Host", self.name, "give all tiers the same: one has it with other tls or renderer"
            )
        return served


def routes_on(
    host: Host | None, routes: Sequence[Route] | None, *, usual: Route
) -> Sequence[Route]:
    """Return the routes of a tier: those that it names, or its usual one; without a host none."""
    if host is not None:
        return (usual,) if routes is None else routes
    if routes:
        paths = [path for route in routes for path in route.paths]
        raise ConfigurationError("routes", paths, "give the host that they are on: host=Host(…)")
    return ()


@jsii.implements(IValidation)
class _Attached:
    """Refuses to write an app whose routes lead nowhere, for want of their host."""

    def __init__(self, scope: Construct, host: str) -> None:
        self._scope = scope
        self._host = host

    def validate(self) -> list[str]:
        """Return what is wrong."""
        if is_claimed(self._scope, "Host", self._host):
            return []
        error = ConfigurationError(
            "Host.attach", self._host, "call it after the tiers, or their routes lead nowhere"
        )
        return [str(error)]


_hosts_by_app: WeakKeyDictionary[
    IConstruct, dict[str, tuple[Host, dict[str, list[ServedRoute]]]]
] = WeakKeyDictionary()
