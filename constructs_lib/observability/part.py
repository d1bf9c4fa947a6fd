"""The base class of all servers of an observability stack."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace


class Part(NamedConstruct):
    """A server of an observability stack.

    Its facts are read like those of the monitored constructs: for rules, dashboards and policies.

    Args:
        scope: an observability stack.
        identity: of the server.

    Attributes:
        identity: of the server.
        facts: what it publishes.
    """

    facts: Facts

    def __init__(self, scope: Construct, identity: Identity) -> None:
        super().__init__(scope, identity.name)
        self.identity = identity


def identity_of(name: str, namespace: Namespace, *, component: str = "observability") -> Identity:
    """Return the identity of a part, from which names, labels and selectors follow."""
    return Identity(name=name, namespace=namespace.name, component=component)


def check_all_were_read(told: Facts, read: Sequence[Facts]) -> None:
    """Fail where a part tells what its readers did not know of when they were made.

    Raises:
        LookupError: rules or dashboards would lack it.
    """
    for fact in ("alerts", "dashboards", "foreign_metrics", "metrics"):
        known = [each for facts in read for each in getattr(facts, fact)]
        late = [each for each in getattr(told, fact) if each not in known]
        if late:
            raise LookupError(f"say it before the parts are made, in own_facts: {fact} {late}")
