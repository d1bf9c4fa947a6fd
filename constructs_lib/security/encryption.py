"""Encryption at rest of the API server, for the administrator of the cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from cdk8s import Yaml

from constructs_lib.errors import reject
from constructs_lib.rules import check_distinct, check_name, check_range, check_subdomain
from constructs_lib.values import Value

_SOCKET = re.compile(r"unix:///[A-Za-z0-9._/@-]+")


class EncryptionProvider(Protocol):
    """A provider of encryption, with its keys."""

    def to_json(self) -> Mapping[str, Any]:
        """Return its entry in the list of providers."""
        ...


class Kms(Value):
    """A KMS v2 plugin on the nodes of the control plane.

    The key stays in the service, which also rotates it.

    Args:
        name: of the plugin. It is stored with the encrypted data, so it must not change
            while any of that exists.
        endpoint: the socket of the plugin.
        timeout_seconds: of calls to the plugin.

    Raises:
        ConfigurationError: a name that Kubernetes refuses, or no socket.
    """

    name: str = "kms"
    endpoint: str = "unix:///var/run/kmsplugin/socket.sock"
    timeout_seconds: int = 3

    def __post_init__(self) -> None:
        check_name("Kms.name", self.name)
        if not _SOCKET.fullmatch(self.endpoint):
            reject("Kms.endpoint", self.endpoint, "write a socket such as 'unix:///run/kms.sock'")
        check_range("Kms.timeout_seconds", self.timeout_seconds, 1, 60)

    def to_json(self) -> Mapping[str, Any]:
        """Return its entry in the list of providers."""
        return {
            "kms": {
                "apiVersion": "v2",
                "name": self.name,
                "endpoint": self.endpoint,
                "timeout": f"{self.timeout_seconds}s",
            }
        }


class Secretbox(Value):
    """Keys in the file itself, for a cluster without a key management service.

    They are written as placeholders, with which the API server does not
    start. On each node of the control plane put the output of
    ``head -c 32 /dev/urandom | base64`` in place of each.

    Args:
        keys: their names. The first encrypts, all decrypt: a rotation adds one in front, and
            removes the last once everything was rewritten.

    Raises:
        ConfigurationError: no key, or one named twice.
    """

    keys: tuple[str, ...] = ("key-1",)

    def __post_init__(self) -> None:
        if not self.keys:
            reject("Secretbox.keys", self.keys, "name at least one")
        for key in self.keys:
            check_name("Secretbox.keys", key)
        check_distinct("Secretbox.keys", self.keys)

    def to_json(self) -> Mapping[str, Any]:
        """Return its entry in the list of providers."""
        return {
            "secretbox": {
                "keys": [
                    {"name": key, "secret": f"<32 random bytes in base64: {key}>"}
                    for key in self.keys
                ]
            }
        }


class EncryptionConfiguration(Value):
    """The file that ``kube-apiserver --encryption-provider-config`` reads.

    It is no object of the API, so keep it out of the folder of ``kubectl apply``. Managed
    control planes have a setting of their own instead. After a change, objects must be
    rewritten to be encrypted:
    ``kubectl get secrets -A -o json | kubectl replace -f -``.

    Args:
        provider: that encrypts.
        previous: providers that still decrypt until everything was rewritten.
        resources: that are encrypted, such as ``("secrets", "configmaps")``, with their group
            where they have one: ``shops.example.com``.

    Raises:
        ConfigurationError: no resources, or a name that Kubernetes refuses.
    """

    provider: EncryptionProvider = Kms()
    previous: tuple[EncryptionProvider, ...] = ()
    resources: tuple[str, ...] = ("secrets",)

    def __post_init__(self) -> None:
        if not self.resources:
            reject("EncryptionConfiguration.resources", self.resources, "name at least 'secrets'")
        for resource in self.resources:
            check_subdomain("EncryptionConfiguration.resources", resource)
        check_distinct("EncryptionConfiguration.resources", self.resources)
        check_distinct("EncryptionConfiguration.previous", (self.provider, *self.previous))

    def to_yaml(self) -> str:
        """Return the text of the file.

        Objects that were stored in plain text can still be read: the provider ``identity``
        comes last.
        """
        providers = [self.provider, *self.previous]
        return Yaml.stringify(
            {
                "apiVersion": "apiserver.config.k8s.io/v1",
                "kind": "EncryptionConfiguration",
                "resources": [
                    {
                        "resources": list(self.resources),
                        "providers": [
                            *(dict(provider.to_json()) for provider in providers),
                            {"identity": {}},
                        ],
                    }
                ],
            }
        )
