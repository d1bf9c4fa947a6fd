"""Secrets are named, never written: an add-on makes each that is read, with the keys read."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing import find, find_all
from tests.platform.shop import Shop

Keys = dict[str, set[str]]


def _read(shop: Shop) -> Keys:
    """Return the keys that pods take, by Secret."""
    read: Keys = {}
    for deployment in find_all(shop.core, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        for volume in pod["volumes"]:
            if "secret" in volume:
                secret = volume["secret"]
                taken = {item["key"] for item in secret["items"]}
                read.setdefault(secret["secretName"], set()).update(taken)
        for container in pod["containers"]:
            for reference in map(_reference, container["env"]):
                if reference:
                    read.setdefault(reference["name"], set()).add(reference["key"])
    return read


def _reference(variable: dict[str, Any]) -> dict[str, str] | None:
    reference: dict[str, str] | None = variable.get("valueFrom", {}).get("secretKeyRef")
    return reference


def _made(shop: Shop) -> Keys:
    """Return the keys that the store gives, by Secret."""
    return {
        made["metadata"]["name"]: {entry["secretKey"] for entry in made["spec"]["data"]}
        for made in find_all(shop.add_ons, "ExternalSecret", namespace="app")
    }


@pytest.mark.mission("B62")
@pytest.mark.mission("B65")
def test_secrets_that_are_read_are_made(shop: Shop) -> None:
    assert _read(shop) == _made(shop)
    assert _made(shop) == {
        "api-database": {"username", "password", "ca.crt"},
        "socket-broker": {"password"},
        "web-server-actions": {"key"},
    }


@pytest.mark.mission("B62")
def test_nothing_secret_is_written_down(shop: Shop) -> None:
    assert find_all(shop.objects, "Secret") == []


@pytest.mark.mission("B65")
def test_each_secret_has_one_reader(shop: Shop) -> None:
    uses = [use for construct in shop.constructs for use in construct.facts.secrets]
    assert sorted((use.secret.name, use.reader) for use in uses) == [
        ("api-database", "api"),
        ("socket-broker", "socket"),
        ("web-server-actions", "web"),
    ]


@pytest.mark.mission("B64")
def test_secrets_rotate(shop: Shop) -> None:
    """The store is read again every hour, and each reader rolls with the revision it names."""
    for made in find_all(shop.add_ons, "ExternalSecret"):
        spec = made["spec"]
        assert (spec["refreshPolicy"], spec["refreshInterval"]) == ("Periodic", "1h")
    for construct in shop.constructs:
        for use in construct.facts.secrets:
            template = find(shop.core, "Deployment", use.reader)["spec"]["template"]
            assert template["metadata"]["annotations"] == {f"revision/{use.secret.name}": "1"}


@pytest.mark.mission("B38")
def test_certificate_of_the_ingress_is_made(shop: Shop) -> None:
    (certificate,) = find_all(shop.add_ons, "Certificate")
    terminated = [
        (tls["secretName"], tls["hosts"])
        for ingress in find_all(shop.core, "Ingress")
        for tls in ingress["spec"].get("tls", [])
    ]
    assert terminated == [(certificate["spec"]["secretName"], certificate["spec"]["dnsNames"])]
