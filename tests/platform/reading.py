"""Reads what several tests of the platform look at."""

from __future__ import annotations

from typing import Any

from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import find, find_all
from tests.platform.shop import Shop

TIERS = ("api", "socket", "web")


def tiers(shop: Shop) -> list[dict[str, Any]]:
    """Return the Deployments of the tiers."""
    return [find(shop.core, "Deployment", name, "app") for name in TIERS]


def pods(shop: Shop) -> dict[str, dict[str, Any]]:
    """Return the pods of all workloads, by namespace and name."""
    return {workload.path: dict(workload.pod) for workload in Platform(shop.core).workloads}


def minions(shop: Shop) -> list[dict[str, Any]]:
    """Return the Ingresses with the paths of a host."""
    found = [each for each in find_all(shop.core, "Ingress") if type_of(each) == "minion"]
    assert found, "without routes, all that is asked of each is true"
    return found


def type_of(ingress: dict[str, Any]) -> str:
    """Return whether an Ingress is a master or a minion."""
    return str(ingress["metadata"]["annotations"]["nginx.org/mergeable-ingress-type"])


def paths(ingress: dict[str, Any]) -> dict[str, str]:
    """Return the Service behind each path."""
    (rule,) = ingress["spec"]["rules"]
    return {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}


def variables(shop: Shop, name: str) -> dict[str, str]:
    """Return what the container of a tier is told in plain text."""
    (container,) = find(shop.core, "Deployment", name)["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each["value"] for each in container["env"] if "value" in each}
