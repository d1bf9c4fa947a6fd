"""What each value writes into the pods of a workload."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, Container, Http, Metrics, Placement, Probes, Resources, Workload
from constructs_lib.pods import (
    Burst,
    ExecCheck,
    FailureDomain,
    GrpcCheck,
    Hardening,
    HttpCheck,
    HttpsCheck,
    Probe,
    Scratch,
    Spread,
    TcpCheck,
    Toleration,
)
from constructs_lib.pods.checks import Check
from constructs_lib.runtimes import NodeServer
from constructs_lib.testing import find
from tests.tiers.reading import container, env, mounts, pod

IMAGE = "registry.example.com/shop/api:2.0.3"


def run(chart: Chart, **arguments: Any) -> None:  # noqa: ANN401
    ApiTier(chart, "api", **{"container": Container(image=IMAGE), **arguments})


CHECKS: list[tuple[Check, dict[str, Any]]] = [
    (HttpCheck(path="/live"), {"httpGet": {"path": "/live", "port": 8080}}),
    (TcpCheck(), {"tcpSocket": {"port": 8080}}),
    (ExecCheck(command=["/bin/health", "-q"]), {"exec": {"command": ["/bin/health", "-q"]}}),
    (GrpcCheck(), {"grpc": {"port": 8080}}),
    (GrpcCheck(service="shop.Api"), {"grpc": {"port": 8080, "service": "shop.Api"}}),
]

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("2.0.3", "2.0.3"),
        ("_2.0.3", None),
        ("2.0.3-", None),
        ("2" * 63, "2" * 63),
        ("2" * 64, None),
    ],
)
def test_a_tag_is_a_label_if_it_can_be(chart: Chart, tag: str, version: str | None) -> None:
    image = f"registry.example.com/shop/api:{tag}@sha256:{'0' * 64}"
    ApiTier(chart, "api", container=Container(image=image))
    labels = find(chart, "Deployment", "api")["metadata"]["labels"]
    assert labels.get("app.kubernetes.io/version") == version


@pytest.mark.mission("B8")
@pytest.mark.mission("B13")
@pytest.mark.mission("B18")
@pytest.mark.parametrize(("check", "asked"), CHECKS, ids=lambda value: type(value).__name__)
def test_probes(chart: Chart, check: Check, asked: dict[str, Any]) -> None:
    probes = Probes(
        liveness=check,
        readiness=HttpCheck(path="/ready"),
        period_seconds=20,
        timeout_seconds=7,
        failure_threshold=2,
        startup_budget_seconds=90,
    )
    run(chart, http=Http(probes=probes), runtime=NodeServer())
    made = container(chart, "api")
    running = {"periodSeconds": 20, "timeoutSeconds": 7, "failureThreshold": 2}
    living = {"periodSeconds": 20, "timeoutSeconds": 20, "failureThreshold": 4}
    starting = {"periodSeconds": 7, "timeoutSeconds": 7, "failureThreshold": 13}
    assert made["livenessProbe"] == {**asked, **living}
    assert made["startupProbe"] == {**asked, **starting}
    assert made["readinessProbe"] == {"httpGet": {"path": "/ready", "port": 8080}, **running}


@pytest.mark.mission("B8")
def test_each_probe_may_have_a_port_and_times_of_its_own(chart: Chart) -> None:
    ping = Probe(check=ExecCheck(command=("ping",)), period_seconds=60, timeout_seconds=60)
    probes = Probes(
        liveness=ping,
        readiness=Probe(
            check=HttpCheck(path="/health?full=1", headers={"Host": "shop.example.com"}),
            port=9090,
            failure_threshold=1,
        ),
        startup_budget_seconds=120,
    )
    run(chart, http=Http(probes=probes))
    made = container(chart, "api")
    asked = {"exec": {"command": ["ping"]}, "periodSeconds": 60, "timeoutSeconds": 60}
    assert made["livenessProbe"] == {**asked, "failureThreshold": 3}
    assert made["startupProbe"] == {**asked, "failureThreshold": 2}
    assert made["readinessProbe"] == {
        "httpGet": {
            "path": "/health?full=1",
            "port": 9090,
            "httpHeaders": [{"name": "Host", "value": "shop.example.com"}],
        },
        "periodSeconds": 10,
        "timeoutSeconds": 3,
        "failureThreshold": 1,
    }


@pytest.mark.parametrize(
    ("probes", "left"),
    [
        (Probes(liveness=None), {"startupProbe", "readinessProbe"}),
        (Probes(startup=None), {"livenessProbe", "readinessProbe"}),
        (Probes(readiness=None), {"startupProbe", "livenessProbe"}),
        (Probes(startup=HttpsCheck(path="/.well-known/up")), {*PROBES}),
    ],
)
def test_each_probe_may_be_none(chart: Chart, probes: Probes, left: set[str]) -> None:
    run(chart, http=Http(probes=probes))
    assert {name for name in container(chart, "api") if name.endswith("Probe")} == left


@pytest.mark.mission("B7")
@pytest.mark.mission("B12")
@pytest.mark.mission("B102")
@pytest.mark.parametrize(
    ("resources", "requests", "limits"),
    [
        (
            Resources(cpu="250m", memory="512Mi", ephemeral_storage="1Gi"),
            {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "1Gi"},
            {"cpu": "1", "memory": "512Mi", "ephemeral-storage": "1Gi"},
        ),
        (
            Resources(cpu="100m", cpu_limit=Burst(times=3)),
            {"cpu": "100m", "memory": "512Mi", "ephemeral-storage": "512Mi"},
            {"cpu": "300m", "memory": "512Mi", "ephemeral-storage": "512Mi"},
        ),
        (
            Resources(cpu="1.5", cpu_limit="2", memory="1500M"),
            {"cpu": "1.5", "memory": "1500M", "ephemeral-storage": "512Mi"},
            {"cpu": "2", "memory": "1500M", "ephemeral-storage": "512Mi"},
        ),
        (
            Resources(cpu_limit=None),
            {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "512Mi"},
            {"memory": "512Mi", "ephemeral-storage": "512Mi"},
        ),
    ],
)
def test_resources(
    chart: Chart, resources: Resources, requests: dict[str, str], limits: dict[str, str]
) -> None:
    run(chart, container=Container(image=IMAGE, resources=resources))
    assert container(chart, "api")["resources"] == {"requests": requests, "limits": limits}


@pytest.mark.mission("B78")
@pytest.mark.parametrize("zones", Spread)
@pytest.mark.parametrize("nodes", Spread)
def test_spread(chart: Chart, zones: Spread, nodes: Spread) -> None:
    run(chart, workload=Workload(placement=Placement(zones=zones, nodes=nodes)))
    constraints = pod(chart, "api")["topologySpreadConstraints"]
    assert {each["topologyKey"]: each["whenUnsatisfiable"] for each in constraints} == {
        "topology.kubernetes.io/zone": zones.value,
        "kubernetes.io/hostname": nodes.value,
    }
    for each in constraints:
        assert each["labelSelector"]["matchLabels"]["app.kubernetes.io/name"] == "api"
        assert each["matchLabelKeys"] == ["pod-template-hash"]


@pytest.mark.parametrize(
    ("placement", "least"),
    [
        (Placement(zones=Spread.REQUIRED, min_zones=3), (3, None)),
        (Placement(nodes=Spread.REQUIRED, min_nodes=2), (None, 2)),
        # What is said already may be more.
        (
            Placement(nodes=Spread.REQUIRED, min_nodes=5).apart(FailureDomain.NODE, least=3),
            (None, 5),
        ),
    ],
)
def test_so_many_zones_or_nodes(
    chart: Chart, placement: Placement, least: tuple[int | None, int | None]
) -> None:
    run(chart, workload=Workload(placement=placement))
    zones, hosts = pod(chart, "api")["topologySpreadConstraints"]
    assert (zones.get("minDomains"), hosts.get("minDomains")) == least


def test_nodes(chart: Chart) -> None:
    placement = Placement(
        node_selector={"disk": "ssd"},
        tolerations=[
            Toleration(key="gpu"),
            Toleration(key="team", value="shop", effect="NoSchedule"),
        ],
        priority_class="high",
    )
    run(chart, workload=Workload(placement=placement))
    made = pod(chart, "api")
    assert made["nodeSelector"] == {"disk": "ssd"}
    assert made["priorityClassName"] == "high"
    assert made["tolerations"] == [
        {"key": "gpu", "operator": "Exists"},
        {"key": "team", "operator": "Equal", "value": "shop", "effect": "NoSchedule"},
    ]


def test_files_may_belong_to_the_group_of_root(chart: Chart) -> None:
    run(chart, workload=Workload(hardening=Hardening(run_as_group=0)))
    context = pod(chart, "api")["securityContext"]
    assert (context["runAsNonRoot"], context["runAsGroup"], context["fsGroup"]) == (True, 0, 0)


@pytest.mark.mission("B61")
def test_hardening(chart: Chart) -> None:
    hardening = Hardening(run_as_user=2000, run_as_group=3000, read_only_root_filesystem=False)
    run(chart, workload=Workload(hardening=hardening))
    assert pod(chart, "api")["securityContext"] == {
        "fsGroup": 3000,
        "fsGroupChangePolicy": "OnRootMismatch",
        "runAsGroup": 3000,
        "runAsNonRoot": True,
        "runAsUser": 2000,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container(chart, "api")["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": False,
    }


def test_scratch(chart: Chart) -> None:
    cache = Scratch(mount_path="/var/cache", size="128Mi")
    run(chart, container=Container(image=IMAGE, volumes=[cache]))
    assert mounts(chart, "api")["/var/cache"] == {
        "name": "scratch-var-cache",
        "emptyDir": {"sizeLimit": "128Mi"},
    }


@pytest.mark.parametrize(
    ("metrics", "ports"),
    [
        (Metrics(), {"http": 8080, "metrics": 9090}),
        (Metrics(port=9200), {"http": 8080, "metrics": 9200}),
        (Metrics(port=8080), {"http": 8080}),
        (None, {"http": 8080}),
    ],
)
def test_ports(chart: Chart, metrics: Metrics | None, ports: dict[str, int]) -> None:
    run(chart, http=Http(metrics=metrics), service_level=None)
    made = container(chart, "api")["ports"]
    assert {port["name"]: port["containerPort"] for port in made} == ports
    assert env(chart, "api")["PORT"] == "8080"
    assert env(chart, "api").get("METRICS_PORT") == (str(metrics.port) if metrics else None)
