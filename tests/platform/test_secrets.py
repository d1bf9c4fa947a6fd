"""Secrets are named, never written: an add-on makes each that is read, with the keys read."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from constructs_lib.manifests.fields import walk
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import find, find_all
from tests.platform.shop import Shop

# The keys of Secrets, by namespace and name.
Keys = dict[tuple[str, str], set[str]]
# What a Certificate puts into its Secret.
CERTIFICATE = {"tls.crt", "tls.key", "ca.crt"}


def _read(shop: Shop) -> Keys:
    """Return the keys that pods take."""
    read: Keys = defaultdict(set)
    for workload in Platform(shop.core).workloads:
        for _, value in walk(workload.pod):
            match value:
                case {"secretName": name, "items": items}:
                    read[workload.namespace, name] |= {item["key"] for item in items}
                case {"secretKeyRef": {"name": name, "key": key}}:
                    read[workload.namespace, name].add(key)
                case {"secret": {"name": name, "items": items}}:
                    read[workload.namespace, name] |= {item["key"] for item in items}
    return dict(read)


def _made(shop: Shop) -> Keys:
    """Return the keys that the store and the issuers of certificates give."""
    made = {
        _place(each): {entry["secretKey"] for entry in each["spec"]["data"]}
        for each in find_all(shop.add_ons, "ExternalSecret")
    }
    for each in find_all(shop.add_ons, "Certificate"):
        assert _place(each) not in made, "two would write it"
        made[each["metadata"]["namespace"], each["spec"]["secretName"]] = CERTIFICATE
    return made


def _place(manifest: dict[str, Any]) -> tuple[str, str]:
    return manifest["metadata"]["namespace"], manifest["metadata"]["name"]


def _hosts(shop: Shop) -> Keys:
    """Return what the ingress controller reads."""
    return {
        (ingress["metadata"]["namespace"], tls["secretName"]): CERTIFICATE
        for ingress in find_all(shop.core, "Ingress")
        for tls in ingress["spec"].get("tls", [])
    }


@pytest.mark.mission("B62")
@pytest.mark.mission("B65")
def test_secrets_that_are_read_are_made(shop: Shop) -> None:
    read = {**_read(shop), **_hosts(shop)}
    made = _made(shop)
    assert len(read) > 15
    assert read.keys() == made.keys()
    for place, keys in read.items():
        certificate = made[place] == CERTIFICATE
        assert keys <= made[place] if certificate else keys == made[place], place


@pytest.mark.mission("B62")
def test_nothing_secret_is_written_down(shop: Shop) -> None:
    assert find_all(shop.objects, "Secret") == []


@pytest.mark.mission("B65")
def test_each_secret_of_a_tier_has_one_reader(shop: Shop) -> None:
    readers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for construct in shop.made.constructs:
        for use in construct.facts.secrets:
            readers[use.namespace, use.secret.name].add(use.reader)
    of_tiers = {
        use.secret.name: tier.peer.name
        for tier in (shop.made.api, shop.made.socket, shop.made.web)
        for use in tier.facts.secrets
    }
    # The owner of the database is a Secret of the database as well.
    assert len(of_tiers.keys() - {"postgres-owner"}) > 1
    for name in of_tiers.keys() - {"postgres-owner"}:
        assert readers["app", name] == {of_tiers[name]}


@pytest.mark.mission("B64")
def test_secrets_rotate(shop: Shop) -> None:
    """The store is read again every hour, and each reader rolls with the revision it names."""
    fetched = [each["spec"] for each in find_all(shop.add_ons, "ExternalSecret")]
    assert {(spec["refreshPolicy"], spec["refreshInterval"]) for spec in fetched} == {
        ("Periodic", "1h")
    }
    uses = [
        use
        for tier in (shop.made.api, shop.made.socket, shop.made.web)
        for use in tier.facts.secrets
    ]
    assert uses
    for use in uses:
        template = find(shop.core, "Deployment", use.reader)["spec"]["template"]
        revisions = template["metadata"]["annotations"]
        assert revisions[f"revision/{use.secret.name}"] == use.secret.revision


@pytest.mark.mission("B38")
def test_certificates_of_hosts_are_made(shop: Shop) -> None:
    made = {
        (each["metadata"]["namespace"], each["spec"]["secretName"]): each["spec"]["dnsNames"]
        for each in find_all(shop.add_ons, "Certificate")
    }
    terminated = [
        ((ingress["metadata"]["namespace"], tls["secretName"]), tls["hosts"])
        for ingress in find_all(shop.core, "Ingress")
        for tls in ingress["spec"].get("tls", [])
    ]
    assert len(terminated) == 2
    for place, hosts in terminated:
        assert made[place] == hosts


def test_certificates_inside_name_all_who_show_them(shop: Shop) -> None:
    for namespace, secret, construct in (
        ("app", "postgres-tls", shop.made.postgres),
        ("logging", "logging-tls", shop.made.observability),
        ("node-agents", "logging-tls", shop.made.observability),
    ):
        certificate = find(shop.add_ons, "Certificate", secret, namespace)
        assert set(certificate["spec"]["dnsNames"]) == set(construct.dns_names)
