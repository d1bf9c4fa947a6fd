"""A public host as a construct: it leads to all that have routes on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.traffic.host import Host, ServedRoute


class PublicHost(NamedConstruct):
    """Answers for a host name, with the routes of those who have some on it.

    Creates the object in which the ingress controller finds the host and its
    certificate, such as a master Ingress; one more for a host that a track has of
    its own. Make it after the constructs, and give it to the baseline with them.

    Args:
        scope: a chart of the namespace where the certificate of the host is.
        id: any name; the objects are named after the host.
        host: the one that the constructs were given.
        constructs: those that have routes on it, beside any others.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: none has a route on it, two have the same path, or one
            has it with another certificate or renderer.
    """

    def __init__(
        self, scope: Construct, id: str, *, host: Host, constructs: Sequence[Publisher]
    ) -> None:
        routes = _routes_on(host, constructs)
        by_host: dict[str, list[ServedRoute]] = {host.name: []}
        for route in routes:
            for part in route.by_host():
                by_host.setdefault(part.host_name, []).append(part)
        super().__init__(scope, id)
        for name, served in by_host.items():
            _check_paths(served)
            host.renderer.render_host(self, replace(host, name=name), served)
        self.facts = Facts(hosted=tuple(routes))


def _routes_on(host: Host, constructs: Sequence[Publisher]) -> list[ServedRoute]:
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
    owners: dict[str, str] = {}
    for route in served:
        for path in route.route.paths:
            if path in owners:
                raise ConfigurationError(
                    "Route.paths",
                    path,
                    f"choose another for {route.name!r}: "
                    f"{owners[path]!r} has it on {route.host_name}",
                )
            owners[path] = route.name
