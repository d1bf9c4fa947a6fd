"""The construct of a public host, with the routes of tiers."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.certificates import certificate
from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.tls import Tls


class PublicHost(NamedConstruct):
    """A host name with its certificate and the routes of constructs.

    Creates the object of the host for the ingress controller, such as a master Ingress; one
    more for a host of a single track and for each name that redirects to it; a Certificate if
    its `Tls` names an issuer. Create it after the constructs, and give it to the baseline with
    them.

    Args:
        scope: a chart in the namespace of the certificate.
        id: any name; the objects are named after the host.
        host: of the routes.
        constructs: with routes on it; others are ignored.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: no route on it, two with the same path, or one
            with another certificate or renderer.
    """

    def __init__(
        self, scope: Construct, id: str, *, host: Host, constructs: Sequence[Publisher]
    ) -> None:
        routes = routes_on(host, constructs)
        by_host: dict[str, list[ServedRoute]] = {host.name: []}
        for route in routes:
            for part in route.by_host():
                by_host.setdefault(part.host_name, []).append(part)
        super().__init__(scope, id)
        for name, served in by_host.items():
            _check_paths(served)
            host.renderer.render_host(self, host.alone(name), served)
        for name in host.redirects_from:
            host.renderer.render_redirect(self, host, name)
        tls = host.tls
        if isinstance(tls, Tls) and tls.issuer is not None:
            names = dict.fromkeys((*host.names, *by_host))
            certificate(self, tls.secret_name, issuer=tls.issuer, dns_names=[*names])
        self.facts = Facts(hosted=tuple(routes))


def routes_on(host: Host, constructs: Sequence[Publisher]) -> list[ServedRoute]:
    """Return the routes of constructs on a host; none is refused."""
    found: list[ServedRoute] = []
    for route in (route for construct in constructs for route in construct.facts.routes):
        if route.host_name != host.name:
            continue
        if not isinstance(route, ServedRoute) or route.host != host:
            raise ConfigurationError(
                "PublicHost.host",
                host.name,
                f"give the one that {route.name!r} has: its tls or renderer is another",
            )
        found.append(route)
    if not found:
        raise ConfigurationError(
            "PublicHost.constructs", host.name, "give one that has routes there: host=Host(…)"
        )
    return found


def _check_paths(served: Sequence[ServedRoute]) -> None:
    owners: dict[tuple[str, bool], str] = {}
    for route in served:
        for location in route.route.locations:
            match = (location.path, location.exact)
            if match in owners:
                reject(
                    "Route.paths",
                    location.path.rstrip("/") or "/",
                    f"choose another for {route.name!r}: "
                    f"{owners[match]!r} has it on {route.host_name}",
                )
            owners[match] = route.name
