"""One changed argument of main.py changes just the objects that it is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.manifests.platform import describe
from tests.platform.shop import Shop, build, edited

INGRESSES = {"Ingress app/api", "Ingress app/socket", "Ingress app/web"}


def changed(before: Shop, after: Shop) -> set[str]:
    """Return which objects are new, gone or different."""
    one, other = _by_name(before.objects), _by_name(after.objects)
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _by_name(objects: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {describe(each): json.dumps(each, sort_keys=True) for each in objects}


# What main.py says, what it says instead, and what changes.
EDITS: dict[str, tuple[str, str, set[str]]] = {
    "a docstring": ("The reference platform", "A platform", set()),
    "the digest of an image": ("2f1b7a9c4d8e", "3f1b7a9c4d8e", {"Deployment app/web"}),
    "the tag of an image": ("shop/api:2.0.3", "shop/api:2.0.4", {"Deployment app/api"}),
    "the revision of a secret": (
        '"web-server-actions", keys=("key",)',
        '"web-server-actions", keys=("key",), revision="2"',
        {"Deployment app/web"},
    ),
    "a key of a secret": (
        'keys=("username", "password", "ca.crt")',
        'keys=("username", "password")',
        {"Deployment app/api", "ExternalSecret app/api-database"},
    ),
    "the most replicas": (
        "Autoscaling(pod_metrics",
        "Autoscaling(max_replicas=9, pod_metrics",
        {"HorizontalPodAutoscaler app/api", "ResourceQuota app/quota"},
    ),
    # They share the connections of the database, so each pod gets fewer.
    "more replicas than the pools allow": (
        "Autoscaling(pod_metrics",
        "Autoscaling(max_replicas=12, pod_metrics",
        {"HorizontalPodAutoscaler app/api", "ResourceQuota app/quota", "Deployment app/api"},
    ),
    "the fewest replicas": (
        "Autoscaling(pod_metrics",
        "Autoscaling(min_replicas=4, pod_metrics",
        {"HorizontalPodAutoscaler app/api"},
    ),
    "the size of a container": (
        'cpu="500m", memory="768Mi"',
        'cpu="500m", memory="1Gi"',
        {"Deployment app/api", "ResourceQuota app/quota", "LimitRange app/limits"},
    ),
    "the host": (
        'host: str = "shop.example.com"',
        'host: str = "store.example.com"',
        {
            *INGRESSES,
            "Ingress app/shop-example-com",
            "Ingress app/store-example-com",
            "Certificate app/shop-tls",
        },
    ),
    "the ranges of managed services": (
        "10.20.0.0/16",
        "10.30.0.0/16",
        {"NetworkPolicy app/api-to-postgres", "NetworkPolicy app/socket-to-redis"},
    ),
    "the certificate of the load balancer": (
        "certificate/5b0e7d3c",
        "certificate/6b0e7d3c",
        {"Service app/web-public"},
    ),
    "a storage tier": ('"iops": "6000"', '"iops": "9000"', {"StorageClass fast"}),
    "an end that is called": (
        "calls=[object_store]",
        "calls=[]",
        {"NetworkPolicy app/api-to-object-store"},
    ),
    "a namespace": (
        'Namespace(name="logging"),',
        "",
        {
            "LimitRange logging/limits",
            "Namespace logging",
            "NetworkPolicy logging/allow-dns",
            "NetworkPolicy logging/default-deny",
            "ResourceQuota logging/quota",
            "RoleBinding logging/operator",
            "RoleBinding logging/viewer",
        },
    ),
    "somebody who may look": (
        '"shop-viewers"',
        '"shop-auditors"',
        {
            "RoleBinding app/viewer",
            "RoleBinding logging/viewer",
            "RoleBinding monitoring/viewer",
        },
    ),
}


@pytest.mark.mission("B92")
@pytest.mark.mission("B114")
@pytest.mark.mission("B116")
@pytest.mark.mission("B118")
@pytest.mark.mission("B120")
@pytest.mark.mission("B121")
@pytest.mark.parametrize("change", EDITS)
def test_changing(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str) -> None:
    old, new, objects = EDITS[change]
    program = edited(monkeypatch, tmp_path, (old, new))
    assert changed(shop, build(program, tmp_path / "dist")) == objects
