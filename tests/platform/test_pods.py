"""Every workload of the platform runs hardened, spread out, probed, and is replaced with care."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib.manifests.fields import walk
from constructs_lib.quantities import parse
from constructs_lib.testing import find, find_all
from environments import DEV, PRODUCTION, Settings
from tests.platform.reading import TIERS, pods, tiers, variables
from tests.platform.shop import Shop, build

# What belongs to the cluster rather than to a namespace.
OF_THE_CLUSTER = {
    *("APIService", "ClusterRole", "ClusterRoleBinding", "Namespace", "StorageClass"),
    *("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "VolumeSnapshotClass"),
}


@pytest.mark.mission("B1")
@pytest.mark.mission("B2")
@pytest.mark.mission("B3")
@pytest.mark.mission("B4")
def test_namespaces(shop: Shop) -> None:
    levels = {
        namespace["metadata"]["name"]: namespace["metadata"]["labels"][
            "pod-security.kubernetes.io/enforce"
        ]
        for namespace in find_all(shop.core, "Namespace")
    }
    # Agents read what their node has, so they are apart.
    assert levels == {
        **dict.fromkeys(("app", "monitoring", "logging"), "restricted"),
        "node-agents": "privileged",
    }
    placed = {
        manifest["metadata"]["namespace"]
        for manifest in shop.objects
        if manifest["kind"] not in OF_THE_CLUSTER
    }
    # The adapter is bound to a role that is there.
    assert placed == {*levels, "kube-system"}
    assert pods(shop).keys() >= {
        *("app/api", "app/postgres", "app/socket", "app/web"),
        *("monitoring/prometheus", "monitoring/grafana"),
        *("logging/elasticsearch", "logging/logstash", "logging/kibana"),
    }


def test_nothing_is_null(shop: Shop) -> None:
    nulls = [path for each in shop.objects for path, value in walk(each) if value is None]
    assert nulls == []


@pytest.mark.mission("B58")
@pytest.mark.mission("B61")
def test_each_tier_has_an_account_of_its_own_without_a_token(shop: Shop) -> None:
    used = [pod["serviceAccountName"] for pod in pods(shop).values()]
    for name in TIERS:
        pod = pods(shop)[f"app/{name}"]
        account = find(shop.core, "ServiceAccount", pod["serviceAccountName"], "app")
        assert used.count(pod["serviceAccountName"]) == 1
        assert pod["automountServiceAccountToken"] is False
        assert account["automountServiceAccountToken"] is False
        assert [path for path, _ in walk(pod) if path.endswith("serviceAccountToken")] == []


@pytest.mark.mission("B61")
def test_nothing_is_granted_as_a_whole(shop: Shop) -> None:
    stars = [
        path
        for kind in ("Role", "ClusterRole")
        for role in find_all(shop.objects, kind)
        for path, value in walk(role["rules"])
        if value == "*"
    ]
    assert stars == []


@pytest.mark.mission("B16")
def test_no_tier_keeps_state(shop: Shop) -> None:
    kept = [volume for name in TIERS for volume in pods(shop)[f"app/{name}"]["volumes"]]
    assert {kind for volume in kept for kind in volume if kind != "name"} == {"emptyDir", "secret"}


@pytest.mark.mission("B11")
@pytest.mark.mission("B78")
def test_replicas_are_spread_over_zones_and_nodes(shop: Shop) -> None:
    for deployment in tiers(shop):
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


@pytest.mark.mission("B14")
@pytest.mark.mission("B19")
@pytest.mark.mission("B46")
@pytest.mark.mission("B47")
@pytest.mark.mission("B48")
@pytest.mark.mission("B49")
@pytest.mark.mission("B115")
def test_every_tier_scales_itself(shop: Shop) -> None:
    own = {
        each.peer.name: [metric.name for metric in each.facts.pod_metrics]
        for each in (shop.made.api, shop.made.socket, shop.made.web)
    }
    assert own["api"]
    assert own["socket"]
    for deployment in tiers(shop):
        name = deployment["metadata"]["name"]
        scaler = find(shop.core, "HorizontalPodAutoscaler", name)["spec"]
        assert scaler["scaleTargetRef"] == {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": name,
        }
        assert "replicas" not in deployment["spec"], "an apply would undo the autoscaler"
        resources = [m["resource"]["name"] for m in scaler["metrics"] if m["type"] == "Resource"]
        metrics = [m["pods"]["metric"]["name"] for m in scaler["metrics"] if m["type"] == "Pods"]
        # Node.js keeps the heap that it has taken, so its memory says nothing about requests.
        followed = ["cpu", "memory"] if name == "api" else ["cpu"]
        assert (resources, metrics) == (followed, own[name])
        assert scaler["minReplicas"] < scaler["maxReplicas"]


@pytest.mark.mission("B48")
@pytest.mark.mission("B105")
@pytest.mark.parametrize("environment", [PRODUCTION, DEV], ids=["production", "dev"])
def test_a_pod_can_be_busier_than_its_autoscaler_wants_it(
    environment: Settings, tmp_path: Path
) -> None:
    """A pod works on as many requests at once as its processes have threads."""
    shop = build(tmp_path, environment)
    arguments = dict(
        argument.removeprefix("--").split("=", 1)
        for argument in variables(shop, "api")["GUNICORN_CMD_ARGS"].split()
    )
    (metric,) = find(shop.core, "HorizontalPodAutoscaler", "api")["spec"]["metrics"][2:]
    assert metric["pods"]["metric"]["name"] == "http_requests_in_flight"
    wanted = int(metric["pods"]["target"]["averageValue"])
    assert wanted < int(arguments["workers"]) * int(arguments["threads"])


@pytest.mark.mission("B48")
def test_metrics_that_scale_are_served(shop: Shop) -> None:
    asked = 0
    for construct in shop.made.constructs:
        served = {name for metrics in construct.facts.metrics for name in metrics.names}
        for metric in construct.facts.pod_metrics:
            asked += 1
            assert (metric.series or metric.name) in served
    assert asked


@pytest.mark.mission("B8")
@pytest.mark.mission("B13")
@pytest.mark.mission("B18")
@pytest.mark.mission("B93")
def test_every_tier_is_probed_on_a_port_that_it_has(shop: Shop) -> None:
    for name in TIERS:
        for container in pods(shop)[f"app/{name}"]["containers"]:
            ports = {port["containerPort"] for port in container["ports"]}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container[probe].get("httpGet") or container[probe]["tcpSocket"]
                assert asked["port"] in ports


@pytest.mark.mission("B9")
@pytest.mark.mission("B90")
def test_a_rollout_loses_no_capacity(shop: Shop) -> None:
    for deployment in tiers(shop):
        strategy = deployment["spec"]["strategy"]
        assert (strategy["type"], strategy["rollingUpdate"]["maxUnavailable"]) == (
            "RollingUpdate",
            0,
        )
        budget = find(shop.core, "PodDisruptionBudget", deployment["metadata"]["name"])
        assert budget["spec"]["selector"] == deployment["spec"]["selector"]


@pytest.mark.mission("B91")
@pytest.mark.mission("B92")
def test_a_rollback_finds_the_version_before(shop: Shop) -> None:
    for deployment in tiers(shop):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert deployment["spec"]["revisionHistoryLimit"] >= 2
        cause = deployment["metadata"]["annotations"]["kubernetes.io/change-cause"]
        assert cause == container["image"]


@pytest.mark.mission("B7")
@pytest.mark.mission("B17")
@pytest.mark.mission("B102")
def test_memory_is_sure_and_cpu_may_burst(shop: Shop) -> None:
    for name in TIERS:
        (container,) = pods(shop)[f"app/{name}"]["containers"]
        requests, limits = (container["resources"][kind] for kind in ("requests", "limits"))
        assert requests["memory"] == limits["memory"]
        assert parse(requests["cpu"]) < parse(limits["cpu"])
