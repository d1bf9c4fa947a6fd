"""Secrets are named, never written: an add-on makes each that is read, with the keys read."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import StorageClass, ValkeyBroker
from constructs_lib.manifests.fields import mappings, walk
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import find, find_all
from tests.platform.shop import ROOT, Shop

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
        if each["spec"].get("isCA"):
            continue
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
    # Who writes to the database is in a Secret of the database as well.
    assert len(of_tiers.keys() - {"postgres-writer"}) > 1
    for name in of_tiers.keys() - {"postgres-writer"}:
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
        (each["metadata"]["namespace"], each["spec"]["secretName"]): each["spec"].get("dnsNames")
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


def test_certificates_inside_are_those_of_the_parties(shop: Shop) -> None:
    """An authority that signs for one party alone is an issuer in its namespace, of no others."""
    parties = [party for each in shop.made.constructs for party in each.facts.certificates]
    assert len(parties) == 8
    signers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for party in parties:
        spec = find(shop.add_ons, "Certificate", party.secret.name, party.namespace)["spec"]
        assert tuple(spec.get("dnsNames", ())) == party.dns_names
        assert spec["usages"] == ["digital signature", *party.usages]
        issuer = spec["issuerRef"]
        signers[issuer["kind"], issuer["name"]].append(party.secret.name)
    assert signers == {
        ("Issuer", "postgres-members-authority"): ["postgres-members"],
        ("Issuer", "postgres-backups-authority"): ["postgres-backups"],
        ("Issuer", "elasticsearch-members-authority"): ["elasticsearch-members"],
        ("ClusterIssuer", "shop-ca"): [
            "postgres-poolers",
            "elasticsearch-tls",
            "logstash-tls",
            "kibana-tls",
            "filebeat-tls",
        ],
    }


def test_secrets_that_are_variables_are_listed_with_their_reasons(shop: Shop) -> None:
    """Those of a Valkey too, which the platform has none of."""
    broker = Chart(App(), "broker", namespace="app")
    ValkeyBroker(broker, "broker", storage=StorageClass(name="fast", provisioner="csi.example.com"))
    page = (ROOT / "docs" / "explanation" / "security.md").read_text()
    listed = {
        (container, variable)
        for line in page.partition("## Secrets as variables")[2].splitlines()
        if len(cells := line.split("|")) == 5
        for container in re.findall("`([^`]+)`", cells[1].partition(" of ")[0])
        for variable in re.findall("`([^`]+)`", cells[2])
    }
    found = {
        (container["name"], variable["name"])
        for workload in Platform([*shop.core, *broker.to_json()]).workloads
        for container in workload.all_containers
        for variable in mappings(container, "env")
        if "secretKeyRef" in variable.get("valueFrom", {})
    }
    assert found == listed


def test_no_pod_has_the_key_of_an_authority(shop: Shop) -> None:
    authorities = {
        each["spec"]["secretName"]
        for each in find_all(shop.add_ons, "Certificate")
        if each["spec"].get("isCA")
    }
    assert len(authorities) == 3
    assert not authorities & {name for _, name in _read(shop)}
