"""Hosts and routes on a Gateway that is there already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.rules import check_namespace, check_seconds, check_subdomain
from constructs_lib.traffic.capabilities import check_expressed
from constructs_lib.traffic.data_planes import UsualOfController, usual_detach_seconds
from constructs_lib.traffic.gateway_fields import expressed_for
from constructs_lib.traffic.gateway_objects import (
    check_one_kind,
    parent,
    redirect_to_host,
    redirect_to_https,
    route_to_tier,
)
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.traffic.tls import PlainHttp, Tls, TlsInFront
from constructs_lib.values import Value


class ExistingGateway(Value):
    """A Gateway that others keep, with listeners for the hosts and their certificates.

    Each route of a tier is an HTTPRoute on it. Its listeners must allow routes of the namespaces
    of the tiers, and of the charts of the `PublicHost`. Hosts say ``tls=TlsInFront()``.

    Args:
        name: of the Gateway.
        namespace: of the Gateway.
        controller: the pods of the data plane, or the addresses of one that is not in pods, such as
            of a cloud.
        https_listener: the name of the listener for HTTPS.
        http_listener: of that for plain HTTP, which is redirected; None where the Gateway does that
            by itself, or has none.
        idle_seconds: how long the data plane keeps connections to pods that it does not use, which
            each must keep for longer; that of Envoy by default, an hour.
        detaches_in_seconds: how long it may still send requests to a pod that terminates; as usual
            for where it is by default.
        timeout_seconds: how long it waits for the answer to a request, where the route does not
            say; None where it is not known.

    Raises:
        ConfigurationError: what cannot be the name of one, or a duration that cannot work.
    """

    name: str
    namespace: str
    controller: Neighbour | Outside
    https_listener: str = "https"
    http_listener: str | None = "http"
    idle_seconds: int = 3600
    detaches_in_seconds: int | UsualOfController = UsualOfController()
    timeout_seconds: int | None = None

    def __post_init__(self) -> None:
        check_subdomain("ExistingGateway.name", self.name)
        check_namespace("ExistingGateway.namespace", self.namespace)
        for field in ("https_listener", "http_listener"):
            listener = getattr(self, field)
            if listener is not None:
                check_subdomain(f"ExistingGateway.{field}", listener)
        for field in ("idle_seconds", "detaches_in_seconds", "timeout_seconds"):
            said = getattr(self, field)
            if isinstance(said, int):
                check_seconds(f"ExistingGateway.{field}", said)

    def expressed(self, spoken: Spoken) -> Collection[str]:
        """Return the parts of a `TrafficPolicy` that it supports, by their fields."""
        return expressed_for(spoken)

    @property
    def detach_seconds(self) -> int:
        """What is said, or usual for where the data plane is."""
        said = self.detaches_in_seconds
        return said if isinstance(said, int) else usual_detach_seconds(self.controller)

    @property
    def default_read_seconds(self) -> int | None:
        """What is said: the API leaves it to each controller."""
        return self.timeout_seconds

    @property
    def splits_traffic(self) -> bool:
        """Yes, by weight and header."""
        return True

    @property
    def shares_hosts(self) -> bool:
        """Yes: each route is an object."""
        return True

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Create the route that redirects plain HTTP."""
        if isinstance(host.tls, Tls):
            raise ConfigurationError(
                "Host.tls",
                host.tls,
                "write TlsInFront(): the Gateway has the certificate, and nobody would read this",
            )
        for field in ("labels", "annotations"):
            if getattr(host, field):
                raise ConfigurationError(
                    f"Host.{field}", getattr(host, field), "leave them out: the Gateway is there"
                )
        check_one_kind(served)
        if self.http_listener is not None and isinstance(host.tls, TlsInFront):
            redirect_to_https(scope, host, self._listener(self.http_listener))

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        """Create an HTTPRoute that redirects."""
        plain = isinstance(host.tls, PlainHttp)
        listeners = filter(None, (self.http_listener, None if plain else self.https_listener))
        redirect_to_host(scope, host, name, [self._listener(each) for each in listeners])

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Create an HTTPRoute."""
        check_expressed(served)
        plain = isinstance(served.host.tls, PlainHttp)
        listener = self.http_listener if plain else self.https_listener
        if listener is None:
            raise ConfigurationError(
                "ExistingGateway.http_listener", None, "name it: the host has no TLS"
            )
        route_to_tier(scope, served, self._listener(listener))

    def _listener(self, name: str) -> dict[str, str]:
        return parent(self.name, self.namespace, name)
