"""Secrets by reference: their names and keys, never their values."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.errors import AllProblems, ConfigurationError, reject
from constructs_lib.rules import (
    check_distinct,
    check_key,
    check_label_value,
    check_name,
    check_namespace,
    check_subdomain,
)
from constructs_lib.values import Value


class SecretRef(Value):
    """A reference to a Secret, which is created elsewhere.

    Args:
        name: the name of the Secret, in the namespace of its reader.
        keys: the keys that it must have.
        revision: any text; a new one rolls exactly the pods that read the Secret. Change it
            together with the values of the Secret.

    Raises:
        ConfigurationError: an invalid name or key, such as a secret value in its
            place.
    """

    name: str
    keys: tuple[str, ...]
    revision: str = "1"

    def __post_init__(self) -> None:
        try:
            with AllProblems():
                check_subdomain("SecretRef.name", self.name)
                check_label_value("SecretRef.name", self.name)
        except ConfigurationError:
            # What is no name is most often the secret itself, so it is not repeated.
            reject(
                "SecretRef.name", "(hidden)", "write the name of a Secret, such as 'api-database'"
            )
        if not self.keys:
            reject("SecretRef.keys", self.keys, "name the keys that are read")
        for key in self.keys:
            check_key("SecretRef.keys", key)
        check_distinct("SecretRef.keys", self.keys)
        check_label_value("SecretRef.revision", self.revision)


class CsiSecretRef(SecretRef):
    """A reference to files of the Secrets Store CSI driver, which are no Secret.

    Give it in place of a `SecretRef` to a `DatabaseEndpoint`, `BrokerEndpoint`
    or `CacheEndpoint`. It is refused for environment variables and for servers that need a
    file mode: the driver creates files only, with one mode for all.

    Args:
        name: the name of the SecretProviderClass.
        keys: its files.
        revision: see `SecretRef`.

    Raises:
        ConfigurationError: as `SecretRef`.
    """


class SecretKind(StrEnum):
    """The kind of the object that a pod names to read a secret."""

    SECRET = "Secret"
    PROVIDER_CLASS = "SecretProviderClass"


class SecretUse(Value):
    """A Secret that a workload reads.

    Args:
        namespace: where both are.
        secret: the Secret.
        reader: the name of the workload.
        kind: of the object that its pods name.

    Raises:
        ConfigurationError: a name that Kubernetes refuses.
    """

    namespace: str
    secret: SecretRef
    reader: str
    kind: SecretKind = SecretKind.SECRET

    def __post_init__(self) -> None:
        check_namespace("SecretUse.namespace", self.namespace)
        check_name("SecretUse.reader", self.reader)


def check_apart(kind: str, **secrets: SecretRef) -> None:
    """Reject one Secret for several parties of a namespace: each would have what the others may.

    Args:
        kind: of the value.
        secrets: of each party, by the name of its argument.
    """
    first: dict[str, str] = {}
    for argument, secret in secrets.items():
        other = first.setdefault(secret.name, argument)
        if other != argument:
            reject(
                f"{kind}.{argument}",
                secret.name,
                f"give it a Secret of its own: with that of {other} each has the rights of both",
            )


def check_keys(field: str, secret: SecretRef, *keys: str) -> None:
    """Reject a reference to a secret without some keys."""
    missing = sorted(set(keys) - set(secret.keys))
    if missing:
        reject(field, secret.keys, f"include {', '.join(map(repr, missing))}")
