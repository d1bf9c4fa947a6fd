"""What was made and not handed over, so that it would be closed off or unreachable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.published import Facts
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.scopes import app_of, constructs_of


def left_out(
    scope: Construct, namespaces: set[str], facts: Sequence[Facts]
) -> Iterator[ConfigurationError]:
    """Yield the constructs and routes that were made and that nobody was given.

    Args:
        scope: a construct or chart of the app.
        namespaces: of the platform; there may be other platforms in the app.
        facts: of all that was given.
    """
    yield from _constructs(scope, namespaces, facts)
    yield from _routes(facts)


def _constructs(
    scope: Construct, namespaces: set[str], facts: Sequence[Facts]
) -> Iterator[ConfigurationError]:
    given = {(peer.namespace, peer.name) for fact in facts for peer in fact.peers}
    for construct in constructs_of(app_of(scope)):
        told = getattr(construct, "facts", None)
        if not isinstance(construct, NamedConstruct) or not isinstance(told, Facts):
            continue
        own = {(peer.namespace, peer.name) for peer in told.peers if peer.namespace in namespaces}
        if own - given:
            yield ConfigurationError(
                "SecurityBaseline.constructs",
                sorted(name for namespace, name in given if namespace in namespaces),
                f"give {type(construct).__name__} {construct.node.id!r} as well: its pods there "
                "could call nobody, and the quota has no room for them",
            )


def _routes(facts: Sequence[Facts]) -> Iterator[ConfigurationError]:
    hosts = {name for fact in facts for route in fact.hosted for name in route.host_names}
    hosted = [route for fact in facts for route in fact.hosted]
    lost: dict[str, list[str]] = {}
    for route in (route for fact in facts for route in fact.routes):
        if route not in hosted:
            lost.setdefault(route.host_name, []).append(route.name)
    for host, names in sorted(lost.items()):
        if host in hosts:
            yield ConfigurationError(
                "PublicHost.constructs",
                host,
                f"give {', '.join(names)} too, whose routes are there",
            )
        else:
            yield ConfigurationError(
                "SecurityBaseline.constructs",
                host,
                f"give the PublicHost of it too, or ExistingHost(…) of another program: the routes "
                f"of {', '.join(names)} lead nowhere",
            )
