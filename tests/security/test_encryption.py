"""The file with which the API server encrypts what it stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from constructs_lib import ConfigurationError
from constructs_lib.security import EncryptionConfiguration, Kms, Secretbox


def providers(configuration: EncryptionConfiguration) -> list[str]:
    (entry,) = yaml.safe_load(configuration.to_yaml())["resources"]
    return [name for provider in entry["providers"] for name in provider]


@pytest.mark.mission("B63")
def test_a_key_management_service_by_default() -> None:
    assert yaml.safe_load(EncryptionConfiguration().to_yaml()) == {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [
            {
                "resources": ["secrets"],
                "providers": [
                    {
                        "kms": {
                            "apiVersion": "v2",
                            "name": "kms",
                            "endpoint": "unix:///var/run/kmsplugin/socket.sock",
                            "timeout": "3s",
                        }
                    },
                    {"identity": {}},
                ],
            }
        ],
    }


@pytest.mark.mission("B63")
def test_what_was_stored_before_can_still_be_read() -> None:
    moved = EncryptionConfiguration(provider=Kms(), previous=(Secretbox(),))
    assert providers(moved) == ["kms", "secretbox", "identity"]


@pytest.mark.mission("B63")
def test_no_key_is_written_down() -> None:
    text = EncryptionConfiguration(provider=Secretbox(keys=("key-2", "key-1"))).to_yaml()
    (entry,) = yaml.safe_load(text)["resources"]
    keys = entry["providers"][0]["secretbox"]["keys"]
    assert [key["name"] for key in keys] == ["key-2", "key-1"]
    assert all(key["secret"].startswith("<32 random bytes") for key in keys)


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        (Kms, {"endpoint": "/run/kms.sock"}, "write a socket such as"),
        (Kms, {"timeout_seconds": 0}, "Kms.timeout_seconds: got 0"),
        (Secretbox, {"keys": ()}, "name at least one"),
        (Secretbox, {"keys": ("a", "a")}, "only once"),
        (EncryptionConfiguration, {"resources": ()}, "name at least 'secrets'"),
        (EncryptionConfiguration, {"previous": (Kms(),)}, "only once"),
    ],
)
def test_fails(kind: Callable[..., Any], arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        kind(**arguments)
