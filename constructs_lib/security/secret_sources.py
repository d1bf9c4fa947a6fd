"""The sources of the Secrets of a platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.published import Publisher
from constructs_lib.facts.secrets import SecretKind, SecretRef, SecretUse
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.values import Value


class SecretSource(Protocol):
    """A source of Secrets: an operator, a driver, or people."""

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        ...

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create the object of a Secret, with all keys that are read."""
        ...


class HandmadeSecrets(Value):
    """Creates nothing: people create the Secrets with kubectl.

    ``constructs-lib secrets create dist/`` writes the commands.
    """

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        return SecretKind.SECRET

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create no objects: people create these Secrets."""


NO_EXCEPTIONS: Mapping[str, SecretSource] = MappingProxyType({})


class SecretSources(NamedConstruct):
    """The object that creates each Secret which constructs read.

    These objects need the CRDs of their operators: keep them in a file of their own, which
    is applied after those.

    Args:
        scope: any chart.
        id: any name.
        constructs: that read the Secrets.
        source: of all Secrets.
        exceptions: other sources, by the name of the Secret.

    Raises:
        ConfigurationError: a source of another kind than the pods mount, or an
            exception for a Secret that no construct reads.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        constructs: Sequence[Publisher],
        source: SecretSource,
        exceptions: Mapping[str, SecretSource] = NO_EXCEPTIONS,
    ) -> None:
        super().__init__(scope, id)
        uses = [use for construct in constructs for use in construct.facts.secrets]
        for name in exceptions:
            read = sorted({use.secret.name for use in uses})
            if name not in read:
                raise ConfigurationError(
                    "SecretSources.exceptions", name, f"use some of {', '.join(read) or 'none'}"
                )
        for use in _merged(uses):
            chosen = exceptions.get(use.secret.name, source)
            if chosen.kind is not use.kind:
                raise ConfigurationError(
                    f"source of {use.secret.name}",
                    type(chosen).__name__,
                    f"{use.reader} reads a {use.kind.value}: choose a source of these, or read a "
                    f"{chosen.kind.value}",
                )
            chosen.make(self, use.namespace, use.secret)


def _merged(uses: Sequence[SecretUse]) -> list[SecretUse]:
    """Return each Secret once, with the keys of all its readers."""
    merged: dict[tuple[str, str, str], SecretUse] = {}
    for use in uses:
        place = (use.namespace, use.secret.name, use.kind)
        known = merged.setdefault(place, use).secret
        keys = tuple(dict.fromkeys((*known.keys, *use.secret.keys)))
        merged[place] = replace(merged[place], secret=replace(known, keys=keys))
    return list(merged.values())
