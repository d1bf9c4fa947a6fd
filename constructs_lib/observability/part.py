"""What every part of an observability stack is."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.namespaces import Namespace


class Part(NamedConstruct):
    """A server of an observability stack.

    All that its facts tell arrives where it is made use of, as with what is watched.

    Args:
        scope: an observability stack.
        identity: of the server.

    Attributes:
        identity: of the server.
        facts: what the others need to know.
    """

    facts: Facts

    def __init__(self, scope: Construct, identity: Identity) -> None:
        super().__init__(scope, identity.name)
        self.identity = identity


def identity_of(name: str, namespace: Namespace, *, component: str = "observability") -> Identity:
    """Return who a part is, in its names, its labels and its selectors."""
    return Identity(name=name, namespace=namespace.name, component=component)
