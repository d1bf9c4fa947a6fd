"""Secrets as ciphertext in the repository, decrypted by the Sealed Secrets controller."""

from __future__ import annotations

import re
from collections.abc import Mapping

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.rules import check_subdomain
from constructs_lib.values import Value

# A key of 2048 bits makes 256 bytes of any text; what is shorter is the secret itself.
_CIPHERTEXT = re.compile(r"[A-Za-z0-9+/]{340,}={0,2}", re.ASCII)


class SealedSecrets(Value):
    """Ciphertext that only the controller of one cluster can decrypt.

    Each value is the output of ``kubeseal --raw --namespace NAMESPACE --name NAME``,
    which is valid for this namespace and name only. A rotation is new
    ciphertext and a new revision in `SecretRef`, which rolls exactly the readers.

    Args:
        ciphertext: by the name of the Secret, then by key.

    Raises:
        ConfigurationError: an invalid name or ciphertext; or a key that is read and has
            no ciphertext.
    """

    ciphertext: Mapping[str, Mapping[str, str]]

    def __post_init__(self) -> None:
        for name, entries in self.ciphertext.items():
            check_subdomain("SealedSecrets.ciphertext", name)
            for key, text in entries.items():
                if not _CIPHERTEXT.fullmatch(text):
                    reject(
                        f"SealedSecrets.ciphertext[{name!r}][{key!r}]",
                        "(hidden)",
                        "write what `kubeseal --raw` makes of it",
                    )

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        return SecretKind.SECRET

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create the SealedSecret."""
        entries = self.ciphertext.get(secret.name, {})
        for key in secret.keys:
            if key not in entries:
                raise ConfigurationError(
                    f"SealedSecrets.ciphertext[{secret.name!r}]",
                    sorted(entries),
                    f"add {key!r}: kubeseal --raw --namespace {namespace} --name {secret.name}",
                )
        CustomResource(
            scope,
            f"SealedSecret-{namespace}-{secret.name}",
            api_version="bitnami.com/v1alpha1",
            kind="SealedSecret",
            metadata=names.metadata(
                scope, "SealedSecret", secret.name, field="SecretRef.name", namespace=namespace
            ),
            fields={
                "spec": {
                    "encryptedData": {key: entries[key] for key in secret.keys},
                    "template": {"metadata": {"name": secret.name, "namespace": namespace}},
                }
            },
        )
