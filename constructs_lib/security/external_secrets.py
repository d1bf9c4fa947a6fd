"""Secrets of an external store, synchronized by the External Secrets Operator."""

from __future__ import annotations

from enum import StrEnum

from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.rules import check_name, check_range, check_text
from constructs_lib.values import Value


class StoreKind(StrEnum):
    """Whether a store is for the whole cluster or for one namespace."""

    CLUSTER = "ClusterSecretStore"
    NAMESPACE = "SecretStore"


# What the API server fills in, into a list that is one value for it: a GitOps controller that
# compares would see a difference for good.
_FILLED_IN = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}


class ExternalSecrets(Value):
    """A store such as Vault or the secret manager of a cloud.

    A rotation starts in the store; the Secret follows within the refresh interval, and its
    mounted files with it. A new revision in `SecretRef` makes the operator refresh at once,
    and rolls exactly the readers: apply these objects first, then those of the readers.

    Args:
        store: the name of the store.
        store_kind: its scope.
        path: the prefix of the names of entries in the store, such as ``shop/``; each has the
            keys as properties.
        refresh_hours: the refresh interval.

    Raises:
        ConfigurationError: a name that Kubernetes refuses, or no interval.
    """

    store: str
    store_kind: StoreKind = StoreKind.CLUSTER
    path: str = ""
    refresh_hours: int = 1

    def __post_init__(self) -> None:
        check_name("ExternalSecrets.store", self.store)
        check_text("ExternalSecrets.path", self.path)
        check_range("ExternalSecrets.refresh_hours", self.refresh_hours, 1, 8760)

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        return SecretKind.SECRET

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create the ExternalSecret."""
        CustomResource(
            scope,
            f"ExternalSecret-{namespace}-{secret.name}",
            api_version="external-secrets.io/v1",
            kind="ExternalSecret",
            metadata=names.metadata(
                scope,
                "ExternalSecret",
                secret.name,
                field="SecretRef.name",
                namespace=namespace,
                annotations={"revision": secret.revision},
            ),
            fields={
                "spec": {
                    "refreshPolicy": "Periodic",
                    "refreshInterval": f"{self.refresh_hours}h",
                    "secretStoreRef": {"kind": self.store_kind.value, "name": self.store},
                    "data": [
                        {
                            "secretKey": key,
                            "remoteRef": {
                                "key": f"{self.path}{secret.name}",
                                "property": key,
                                **_FILLED_IN,
                            },
                        }
                        for key in secret.keys
                    ],
                }
            },
        )
