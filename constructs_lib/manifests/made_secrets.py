"""Secrets that operators make of other objects."""

from __future__ import annotations

from typing import NamedTuple

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.platform import kind_of, name_of


class MadeSecret(NamedTuple):
    """A Secret that an operator makes.

    Args:
        name: of the Secret.
        keys: that the object names; None if others come from elsewhere.
    """

    name: str
    keys: frozenset[str] | None


def made_secret(manifest: Manifest) -> MadeSecret | None:
    """Return the Secret that an operator makes of an object, or None if it makes none."""
    spec = mapping(manifest, "spec")
    match kind_of(manifest):
        case "ExternalSecret.external-secrets.io":
            name = field(spec, "target", "name", default=name_of(manifest))
            keys = frozenset(
                field(item, "secretKey", default="") for item in mappings(spec, "data")
            )
            return MadeSecret(name, None if "dataFrom" in spec else keys)
        case "Certificate.cert-manager.io":
            name = field(spec, "secretName", default="")
            return MadeSecret(name, frozenset({"tls.crt", "tls.key", "ca.crt"}))
        case "SealedSecret.bitnami.com":
            return MadeSecret(name_of(manifest), frozenset(mapping(spec, "encryptedData")))
    return None
