"""SecretProviderClasses of the Secrets Store CSI driver."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cdk8s import Yaml
from constructs import Construct

from constructs_lib import names
from constructs_lib.custom_resource import CustomResource
from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.rules import check_name, check_text
from constructs_lib.values import Value

_URL = re.compile(r"https://[a-z0-9.-]+(:\d+)?", re.ASCII)


class VaultFiles(Value):
    """HashiCorp Vault, as the source of `CsiSecretFiles`.

    Args:
        address: of Vault, such as ``https://vault.example.com:8200``.
        role: that the service accounts of the readers log in with.
        path: the prefix of the paths of its secrets, for version 2 of the key-value
            store such as ``secret/data/shop/``.

    Raises:
        ConfigurationError: an address without TLS, or no role.
    """

    address: str
    role: str
    path: str

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.address):
            reject("VaultFiles.address", self.address, "write 'https://vault.example.com:8200'")
        check_name("VaultFiles.role", self.role)
        check_text("VaultFiles.path", self.path)

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        return SecretKind.PROVIDER_CLASS

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create the SecretProviderClass."""
        _provider_class(
            scope,
            namespace,
            secret,
            provider="vault",
            parameters={"vaultAddress": self.address, "roleName": self.role},
            objects=[
                {"objectName": key, "secretPath": f"{self.path}{secret.name}", "secretKey": key}
                for key in secret.keys
            ],
        )


class RegionOfNode(Value):
    """The region of the node that a pod is on."""


class AwsSecretsManagerFiles(Value):
    """AWS Secrets Manager, as the source of `CsiSecretFiles`.

    Each secret there is JSON with the keys as its properties.

    Args:
        path: the prefix of the names of its secrets, such as ``shop/``.
        region: of the secrets, or `RegionOfNode()`.

    Raises:
        ConfigurationError: text that YAML cannot represent, or no region.
    """

    path: str = ""
    region: str | RegionOfNode = RegionOfNode()

    def __post_init__(self) -> None:
        check_text("AwsSecretsManagerFiles.path", self.path)
        if isinstance(self.region, str):
            check_name("AwsSecretsManagerFiles.region", self.region)

    @property
    def kind(self) -> SecretKind:
        """The kind of the objects that pods read them from."""
        return SecretKind.PROVIDER_CLASS

    def make(self, scope: Construct, namespace: str, secret: SecretRef) -> None:
        """Create the SecretProviderClass."""
        _provider_class(
            scope,
            namespace,
            secret,
            provider="aws",
            parameters={"region": self.region} if isinstance(self.region, str) else {},
            objects=[
                {
                    "objectName": f"{self.path}{secret.name}",
                    "objectType": "secretsmanager",
                    # JMESPath reads a dot as a step unless the name is quoted.
                    "jmesPath": [
                        {"path": json.dumps(key), "objectAlias": key} for key in secret.keys
                    ],
                }
            ],
        )


def _provider_class(
    scope: Construct,
    namespace: str,
    secret: SecretRef,
    *,
    provider: str,
    parameters: Mapping[str, str],
    objects: Sequence[Mapping[str, Any]],
) -> None:
    CustomResource(
        scope,
        f"SecretProviderClass-{namespace}-{secret.name}",
        api_version="secrets-store.csi.x-k8s.io/v1",
        kind="SecretProviderClass",
        metadata=names.metadata(
            scope, "SecretProviderClass", secret.name, field="SecretRef.name", namespace=namespace
        ),
        fields={
            "spec": {
                "provider": provider,
                "parameters": {**parameters, "objects": Yaml.stringify(list(objects))},
            }
        },
    )
