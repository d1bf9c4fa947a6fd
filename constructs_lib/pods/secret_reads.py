"""The Secrets that containers read, with their keys."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.pods.container import Container
from constructs_lib.pods.env_from import SecretVariables
from constructs_lib.pods.secrets import SecretMount


def secrets_read(containers: Iterable[Container]) -> list[tuple[SecretKind, SecretRef]]:
    """Return each Secret once, with all keys that are read.

    Raises:
        ConfigurationError: one Secret in two revisions: it has one at a time.
    """
    read: dict[tuple[SecretKind, str], SecretRef] = {}
    for kind, secret in _reads(containers):
        place = (kind, secret.name)
        known = read.setdefault(place, secret)
        if known.revision != secret.revision:
            raise ConfigurationError(
                f"SecretRef({secret.name!r}).revision",
                secret.revision,
                f"use the one that is named beside it, {known.revision!r}",
            )
        keys = dict.fromkeys((*known.keys, *secret.keys))
        read[place] = SecretRef(name=secret.name, keys=tuple(keys), revision=secret.revision)
    return [(kind, secret) for (kind, _), secret in read.items()]


def _reads(containers: Iterable[Container]) -> Iterable[tuple[SecretKind, SecretRef]]:
    for container in containers:
        for volume in container.volumes:
            if isinstance(volume, SecretMount):
                yield volume.kind, volume.read
        for variable in container.secret_env:
            yield variable.kind, variable.secret
        for source in container.env_from:
            if isinstance(source, SecretVariables):
                yield SecretKind.SECRET, source.secret
