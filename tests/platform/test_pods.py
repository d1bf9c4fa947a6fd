"""Every workload of the platform runs hardened, spread out, probed, and is replaced with care."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.manifests.fields import walk
from constructs_lib.testing import find, find_all
from tests.platform.reading import variables
from tests.platform.shop import Shop


def _deployments(shop: Shop) -> list[dict[str, Any]]:
    deployments = find_all(shop.core, "Deployment")
    assert sorted(deployment["metadata"]["name"] for deployment in deployments) == [
        "api",
        "socket",
        "web",
    ]
    return deployments


def _pods(shop: Shop) -> list[dict[str, Any]]:
    return [deployment["spec"]["template"]["spec"] for deployment in _deployments(shop)]


def _containers(shop: Shop) -> list[dict[str, Any]]:
    return [container for pod in _pods(shop) for container in pod["containers"]]


@pytest.mark.mission("B1")
@pytest.mark.mission("B2")
@pytest.mark.mission("B3")
@pytest.mark.mission("B4")
def test_namespaces(shop: Shop) -> None:
    namespaces = {
        namespace["metadata"]["name"]: namespace["metadata"]["labels"]
        for namespace in find_all(shop.core, "Namespace")
    }
    assert sorted(namespaces) == ["app", "logging", "monitoring"]
    for labels in namespaces.values():
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    placed = {
        manifest["metadata"]["namespace"]
        for manifest in shop.objects
        if manifest["kind"] not in {"ClusterRole", "Namespace", "StorageClass"}
    }
    assert placed == namespaces.keys()


@pytest.mark.mission("B50")
@pytest.mark.mission("B51")
@pytest.mark.mission("B53")
def test_storage_comes_in_two_tiers(shop: Shop) -> None:
    tiers = {tier["metadata"]["name"]: tier for tier in find_all(shop.core, "StorageClass")}
    assert {name: tier["parameters"] for name, tier in tiers.items()} == {
        "fast": {"type": "gp3", "iops": "6000"},
        "bulk": {"type": "st1"},
    }
    assert {tier["provisioner"] for tier in tiers.values()} == {"ebs.csi.aws.com"}


@pytest.mark.mission("B121")
def test_images_are_pinned_by_digest(shop: Shop) -> None:
    images = [container["image"] for container in _containers(shop)]
    assert len(set(images)) == 3
    for image in images:
        name, _, digest = image.partition("@sha256:")
        assert len(digest) == 64
        assert not name.endswith(":latest")


def test_nothing_is_null(shop: Shop) -> None:
    nulls = [path for each in shop.objects for path, value in walk(each) if value is None]
    assert nulls == []


@pytest.mark.mission("B58")
@pytest.mark.mission("B61")
def test_each_workload_has_an_account_of_its_own(shop: Shop) -> None:
    accounts = find_all(shop.core, "ServiceAccount")
    used = [pod["serviceAccountName"] for pod in _pods(shop)]
    assert len(set(used)) == len(used)
    assert sorted(used) == sorted(account["metadata"]["name"] for account in accounts)
    for holder in (*accounts, *_pods(shop)):
        assert holder["automountServiceAccountToken"] is False


@pytest.mark.mission("B61")
def test_nobody_is_granted_what_nobody_needs(shop: Shop) -> None:
    """No tier talks to the Kubernetes API, so only groups of people are granted something."""
    assert find_all(shop.objects, "Role") == find_all(shop.objects, "ClusterRoleBinding") == []
    bindings = find_all(shop.objects, "RoleBinding")
    assert {subject["kind"] for each in bindings for subject in each["subjects"]} == {"Group"}
    bound = {each["roleRef"]["name"] for each in bindings}
    assert bound == {each["metadata"]["name"] for each in find_all(shop.objects, "ClusterRole")}
    assert [path for each in shop.objects for path, value in walk(each) if value == "*"] == []


@pytest.mark.mission("B16")
def test_no_tier_keeps_state(shop: Shop) -> None:
    kept = [volume for pod in _pods(shop) for volume in pod["volumes"]]
    assert {kind for volume in kept for kind in volume if kind != "name"} == {"emptyDir", "secret"}


@pytest.mark.mission("B11")
@pytest.mark.mission("B78")
def test_replicas_are_spread_over_zones_and_nodes(shop: Shop) -> None:
    for deployment in _deployments(shop):
        spec = deployment["spec"]
        spread = spec["template"]["spec"]["topologySpreadConstraints"]
        assert [constraint["topologyKey"] for constraint in spread] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]
        for constraint in spread:
            assert constraint["labelSelector"] == spec["selector"]
        scaler = find(shop.core, "HorizontalPodAutoscaler", deployment["metadata"]["name"])
        assert scaler["spec"]["minReplicas"] >= 3, "one for each of three zones"


@pytest.mark.mission("B6")
@pytest.mark.mission("B14")
@pytest.mark.mission("B19")
@pytest.mark.mission("B46")
@pytest.mark.mission("B47")
@pytest.mark.mission("B48")
@pytest.mark.mission("B49")
@pytest.mark.mission("B115")
def test_every_tier_scales_itself(shop: Shop) -> None:
    own = {"api": ["http_requests_in_flight"], "socket": ["websocket_connections"], "web": []}
    for deployment in _deployments(shop):
        name = deployment["metadata"]["name"]
        scaler = find(shop.core, "HorizontalPodAutoscaler", name)["spec"]
        assert scaler["scaleTargetRef"] == {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": name,
        }
        assert "replicas" not in deployment["spec"], "an apply would undo the autoscaler"
        resources = [m["resource"]["name"] for m in scaler["metrics"] if m["type"] == "Resource"]
        pods = [m["pods"]["metric"]["name"] for m in scaler["metrics"] if m["type"] == "Pods"]
        assert (resources, pods) == (["cpu", "memory"], own[name])
        assert scaler["minReplicas"] < scaler["maxReplicas"]


@pytest.mark.mission("B48")
@pytest.mark.mission("B105")
def test_a_pod_can_be_busier_than_its_autoscaler_wants_it(reference: Shop) -> None:
    """A pod works on as many requests at once as its processes have threads."""
    arguments = dict(
        argument.removeprefix("--").split("=", 1)
        for argument in variables(reference, "api")["GUNICORN_CMD_ARGS"].split()
    )
    (metric,) = find(reference.core, "HorizontalPodAutoscaler", "api")["spec"]["metrics"][2:]
    assert metric["pods"]["metric"]["name"] == "http_requests_in_flight"
    wanted = int(metric["pods"]["target"]["averageValue"])
    assert wanted < int(arguments["workers"]) * int(arguments["threads"])


@pytest.mark.mission("B48")
def test_metrics_that_scale_are_served(shop: Shop) -> None:
    for construct in shop.constructs:
        served = {name for metrics in construct.facts.metrics for name in metrics.names}
        asked = {metric.series or metric.name for metric in construct.facts.pod_metrics}
        assert asked <= served


@pytest.mark.mission("B8")
@pytest.mark.mission("B13")
@pytest.mark.mission("B18")
@pytest.mark.mission("B93")
def test_every_container_is_probed_on_a_port_that_it_has(shop: Shop) -> None:
    for container in _containers(shop):
        ports = {port["containerPort"] for port in container["ports"]}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["port"] in ports


@pytest.mark.mission("B9")
@pytest.mark.mission("B90")
def test_a_rollout_loses_no_capacity(shop: Shop) -> None:
    for deployment in _deployments(shop):
        assert deployment["spec"]["strategy"] == {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
        }
        budget = find(shop.core, "PodDisruptionBudget", deployment["metadata"]["name"])
        assert budget["spec"]["selector"] == deployment["spec"]["selector"]


@pytest.mark.mission("B91")
@pytest.mark.mission("B92")
def test_a_rollback_finds_the_version_before(shop: Shop) -> None:
    for deployment in _deployments(shop):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert deployment["spec"]["revisionHistoryLimit"] >= 2
        cause = deployment["metadata"]["annotations"]["kubernetes.io/change-cause"]
        assert cause == container["image"]


@pytest.mark.mission("B7")
@pytest.mark.mission("B12")
@pytest.mark.mission("B17")
@pytest.mark.mission("B102")
def test_memory_is_sure_and_cpu_may_burst(shop: Shop) -> None:
    sizes = {pod["serviceAccountName"]: pod["containers"][0]["resources"] for pod in _pods(shop)}
    shown = {
        name: [(size["requests"][of], size["limits"][of]) for of in ("cpu", "memory")]
        for name, size in sizes.items()
    }
    assert shown == {
        "api": [("500m", "2"), ("768Mi", "768Mi")],
        "socket": [("250m", "1"), ("512Mi", "512Mi")],
        "web": [("250m", "1"), ("512Mi", "512Mi")],
    }
