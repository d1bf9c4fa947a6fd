"""What the reference platform has the API server refuse, and what not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import find
from main import NAMESPACES
from tests.platform.shop import ROOT, Shop
from tests.security.cel import admits


def bound(shop: Shop, policy: str) -> set[str]:
    """Return the namespaces that a policy holds in."""
    spec = find(shop.add_ons, "ValidatingAdmissionPolicyBinding", policy)["spec"]
    (selected,) = spec["matchResources"]["namespaceSelector"]["matchExpressions"]
    return set(selected["values"])


@pytest.mark.mission("B61")
def test_only_agents_may_share_their_node(shop: Shop) -> None:
    everywhere = {namespace.name for namespace in NAMESPACES}
    assert bound(shop, "shop-fixed-images") == everywhere
    assert bound(shop, "shop-known-registries") == everywhere
    assert bound(shop, "shop-pods-unprivileged-pods") == everywhere - {"node-agents"}


@pytest.mark.parametrize("policy", ["fixed-images", "known-registries", "pods-unprivileged-pods"])
@pytest.mark.mission("B61")
def test_the_pods_of_the_platform_are_let_in(shop: Shop, policy: str) -> None:
    spec = find(shop.add_ons, "ValidatingAdmissionPolicy", f"shop-{policy}")["spec"]
    refused = {
        workload.path
        for workload in Platform(shop.core).workloads
        if not admits(spec, {"spec": workload.pod})
    }
    agents = {"node-agents/node-exporter"} if policy == "pods-unprivileged-pods" else set()
    assert refused == agents


@pytest.mark.mission("B65")
def test_where_agents_run_nobody_else_gets_at_the_node(shop: Shop) -> None:
    """Each of these would be root on the node, or read what is on it."""
    spec = find(shop.add_ons, "ValidatingAdmissionPolicy", "shop-node-known-agents")["spec"]
    assert bound(shop, "shop-node-known-agents") == {"node-agents"}
    pods = {
        workload.manifest["metadata"]["name"]: workload.pod
        for workload in Platform(shop.core).workloads
        if workload.namespace == "node-agents"
    }
    assert {*pods} == {"certificates-node-agents", "filebeat", "node-exporter"}
    assert [name for name, pod in pods.items() if not admits(spec, {"spec": pod})] == []

    def tried(name: str, path: str, value: object) -> bool:
        changed = copy.deepcopy(dict(pods[name]))
        *steps, last = path.split("/")
        place: Any = changed
        for step in steps:
            place = place[int(step) if isinstance(place, list) else step]
        if isinstance(place, list):
            place.append(value)
        else:
            place[last] = value
        return admits(spec, {"spec": changed})

    root = {"name": "node", "hostPath": {"path": "/"}}
    mount = {"name": "root", "mountPath": "/host"}
    spy = {**pods["node-exporter"]["containers"][0], "volumeMounts": [mount]}
    for name, path, value in (
        ("filebeat", "volumes/-", root),
        ("certificates-node-agents", "volumes/-", root),
        ("certificates-node-agents", "hostNetwork", True),
        ("filebeat", "hostNetwork", True),
        ("filebeat", "hostPID", True),
        ("filebeat", "serviceAccountName", "default"),
        ("node-exporter", "hostIPC", True),
        ("node-exporter", "securityContext/runAsUser", 0),
        ("node-exporter", "containers/0/securityContext/runAsUser", 0),
        ("node-exporter", "containers/0/securityContext/privileged", True),
        ("node-exporter", "containers/0/securityContext/capabilities/add", ["SYS_ADMIN"]),
        ("node-exporter", "containers/0/volumeMounts/0/readOnly", False),
        ("node-exporter", "ephemeralContainers", [spy]),
        ("node-exporter", "initContainers", [spy]),
    ):
        assert not tried(name, path, value), (name, path)


@pytest.mark.mission("B65")
@pytest.mark.parametrize(
    ("pod", "entered"),
    [
        ("api-79dc865786-gdzhm", True),
        ("web-79dc865786-gdzhm", True),
        ("postgres-0", False),
        ("postgres-rw-79dc865786-gdzhm", False),
    ],
)
def test_no_pod_of_the_database_is_entered(shop: Shop, pod: str, *, entered: bool) -> None:
    spec = find(shop.add_ons, "ValidatingAdmissionPolicy", "shop-debug-targets")["spec"]
    request = {"name": pod, "namespace": "app", "userInfo": {"groups": ["shop-on-call"]}}
    assert admits(spec, request=request) is entered


@pytest.mark.mission("B63")
def test_encryption_at_rest_is_not_applied() -> None:
    path = ROOT / "dist" / "cluster-administrator" / "encryption.yaml"
    assert yaml.safe_load(path.read_text())["kind"] == "EncryptionConfiguration"
