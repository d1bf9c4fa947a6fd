"""What holds for all pods is said once, for an app or a chart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    AddressFamily,
    ApiTier,
    Cluster,
    ConfigurationError,
    Container,
    Placement,
    PodDefaults,
    SecretRef,
    Workload,
)
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.pods import (
    AssignedUser,
    FixedUser,
    Hardening,
    HttpProxy,
    PriorityClasses,
    Toleration,
)
from constructs_lib.security import Registries
from constructs_lib.testing import find, find_all, manifests
from environments import PRODUCTION
from main import platform
from tests.tiers.reading import env, pod

CONTAINER = Container(image="registry.example.com/shop/api:2.0.3")
REGISTRY = SecretRef(name="registry", keys=(".dockerconfigjson",))
SPOT = Toleration(key="spot")
PROXY = HttpProxy(url="http://proxy.example.com:3128", direct=(".example.com",))
ALL = PodDefaults(
    pull_secrets=[REGISTRY],
    pod_labels={"team": "shop"},
    pod_annotations={"example.com/cost": "shop"},
    account_labels={"team": "shop"},
    account_annotations={"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop"},
    service_labels={"team": "shop"},
    service_annotations={"example.com/owner": "shop"},
    priority_classes=PriorityClasses(),
    tolerations=[SPOT],
    node_selector={"pool": "shop"},
    proxy=PROXY,
    user=AssignedUser(),
)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return main.py with all that can be said for all of its pods."""
    app = App(outdir=str(tmp_path_factory.mktemp("dist")))
    ALL.attach(app)
    platform(app)
    return manifests(app)


@pytest.fixture(scope="module")
def workloads(objects: list[dict[str, Any]]) -> list[WorkloadManifest]:
    """Return what makes its pods: tiers, a database, servers, agents and jobs."""
    return Platform(objects).workloads


def test_pods(workloads: list[WorkloadManifest]) -> None:
    assert {"CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"} <= {
        workload.kind for workload in workloads
    }
    for workload in workloads:
        spec = workload.pod
        assert spec["imagePullSecrets"] == [{"name": "registry"}], workload.path
        assert {"key": "spot", "operator": "Exists"} in spec["tolerations"], workload.path
        assert spec["nodeSelector"]["pool"] == "shop", workload.path
        assert workload.labels["team"] == "shop", workload.path
        assert workload.annotations["example.com/cost"] == "shop", workload.path


def test_containers(workloads: list[WorkloadManifest]) -> None:
    for workload in workloads:
        for container in workload.all_containers:
            told = {each["name"]: each.get("value") for each in container["env"]}
            assert told["HTTPS_PROXY"] == told["https_proxy"] == PROXY.url
            assert ".svc,.cluster.local" in told["NO_PROXY"]
            assert told["no_proxy"].endswith("$(KUBERNETES_SERVICE_HOST),.example.com")


def test_priority(workloads: list[WorkloadManifest]) -> None:
    classes = {workload.name: workload.pod["priorityClassName"] for workload in workloads}
    assert classes["postgres"] == classes["postgres-rw"] == "database"
    assert classes["api"] == classes["web"] == classes["socket"] == "application"
    watching = {"prometheus", "kibana", "blackbox", "elasticsearch-exporter", "grafana"}
    assert {classes[name] for name in watching} == {"observability"}
    assert {w.pod["priorityClassName"] for w in workloads if w.kind in {"CronJob", "Job"}} == {
        "job"
    }


def test_users(workloads: list[WorkloadManifest]) -> None:
    assigned = {
        workload.name
        for workload in workloads
        if not {"runAsUser", "runAsGroup", "fsGroup"} & workload.pod["securityContext"].keys()
    }
    agents = {"filebeat", "node-exporter"}
    assert assigned == {workload.name for workload in workloads} - agents
    assert all(
        workload.pod["securityContext"]["runAsNonRoot"]
        for workload in workloads
        if workload.name in assigned
    )


def test_accounts_and_services(objects: list[dict[str, Any]]) -> None:
    for account in find_all(objects, "ServiceAccount"):
        assert account["imagePullSecrets"] == [{"name": "registry"}]
        assert account["metadata"]["labels"]["team"] == "shop"
        # Whoever starts a pod by hand gets no role at the cloud by that.
        has_role = "eks.amazonaws.com/role-arn" in account["metadata"].get("annotations", {})
        assert has_role == (account["metadata"]["name"] != "default")
    for service in find_all(objects, "Service"):
        assert service["metadata"]["labels"]["team"] == "shop"
        assert service["metadata"]["annotations"]["example.com/owner"] == "shop"


def test_no_selector_follows(
    objects: list[dict[str, Any]], workloads: list[WorkloadManifest]
) -> None:
    selectors = [w.manifest["spec"]["selector"] for w in workloads if w.runs_for_long]
    assert selectors
    assert not any("team" in selector["matchLabels"] for selector in selectors)
    assert not any("team" in each["spec"]["selector"] for each in find_all(objects, "Service"))


def test_the_nearer_wins_and_what_is_many_is_joined(app: App) -> None:
    PodDefaults(
        pod_labels={"team": "shop", "tier": "any"},
        tolerations=[SPOT],
        user=FixedUser(user=5000, group=5000),
        node_selector={"pool": "shop"},
    ).attach(app)
    chart = Chart(app, "api", namespace="app")
    PodDefaults(
        pod_labels={"tier": "api"},
        tolerations=[Toleration(key="gpu")],
        user=FixedUser(user=6000, group=6000),
    ).attach(chart)
    said = Placement(node_selector={"pool": "own"}, priority_class="own")
    ApiTier(chart, "api", container=CONTAINER, workload=Workload(placement=said))
    made = pod(chart, "api")
    labels = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]["labels"]
    assert (labels["team"], labels["tier"]) == ("shop", "api")
    assert [each["key"] for each in made["tolerations"]] == ["spot", "gpu"]
    assert made["securityContext"]["runAsUser"] == 6000
    assert made["nodeSelector"] == {"pool": "own"}
    assert made["priorityClassName"] == "own"


@pytest.mark.parametrize("user", [FixedUser(user=5000, group=5000), AssignedUser()])
def test_a_user_of_a_workload_stays(app: App, user: FixedUser | AssignedUser) -> None:
    PodDefaults(user=user).attach(app)
    chart = Chart(app, "api", namespace="app")
    own = Workload(hardening=Hardening(run_as_user=991, run_as_group=0))
    ApiTier(chart, "own", container=CONTAINER, workload=own)
    made = pod(chart, "own")["securityContext"]
    assert (made["runAsUser"], made["runAsGroup"], made["fsGroup"]) == (991, 0, 0)
    usual = Workload(hardening=Hardening(read_only_root_filesystem=False))
    ApiTier(chart, "usual", container=CONTAINER, workload=usual)
    expected = user.user if isinstance(user, FixedUser) else None
    assert pod(chart, "usual")["securityContext"].get("runAsUser") == expected


def test_a_chart_may_take_away_what_is_around_it(app: App) -> None:
    ALL.attach(app)
    chart = Chart(app, "api", namespace="app")
    PodDefaults(
        tolerations=[Toleration(key="gpu")],
        pod_annotations={"example.com/own": "yes"},
        replaces=("tolerations", "pull_secrets", "pod_labels", "proxy", "user", "node_selector"),
    ).attach(chart)
    ApiTier(chart, "api", container=CONTAINER)
    made = pod(chart, "api")
    assert [each["key"] for each in made["tolerations"]] == ["gpu"]
    assert "imagePullSecrets" not in made
    assert "nodeSelector" not in made
    assert "HTTPS_PROXY" not in env(chart, "api")
    assert made["securityContext"]["runAsUser"] == 10001
    template = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]
    assert "team" not in template["labels"]
    assert template["annotations"]["example.com/cost"] == "shop"


def test_fails_when_what_is_replaced_is_no_argument() -> None:
    with pytest.raises(ConfigurationError, match=r"PodDefaults\.replaces: got 'labels'; use some"):
        PodDefaults(replaces=("labels",))


def test_a_chart_within_a_chart_has_the_defaults_of_both(app: App) -> None:
    PodDefaults(pod_labels={"team": "shop", "part": "any"}).attach(app)
    outer = Chart(app, "shop", namespace="app")
    PodDefaults(pod_labels={"part": "api", "cost": "low"}).attach(outer)
    chart = Chart(outer, "api", namespace="app")
    PodDefaults(pod_labels={"cost": "high"}).attach(chart)
    ApiTier(chart, "api", container=CONTAINER)
    labels = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]["labels"]
    assert (labels["team"], labels["part"], labels["cost"]) == ("shop", "api", "high")


def test_another_app_does_without(app: App, chart: Chart) -> None:
    other = App()
    ALL.attach(other)
    ApiTier(chart, "api", container=CONTAINER)
    assert "imagePullSecrets" not in pod(chart, "api")
    assert "HTTP_PROXY" not in env(chart, "api")


def test_the_proxy_is_not_for_the_services_of_the_cluster(app: App) -> None:
    Cluster(domain="k8s.example.net").attach(app)
    ALL.attach(app)
    chart = Chart(app, "api", namespace="app")
    ApiTier(chart, "api", container=CONTAINER)
    direct = env(chart, "api")["NO_PROXY"].split(",")
    assert ".k8s.example.net" in direct
    assert ".cluster.local" not in direct
    assert "::1" not in direct


def test_the_proxy_is_not_for_the_pod_itself(app: App) -> None:
    Cluster(addresses=AddressFamily.DUAL).attach(app)
    ALL.attach(app)
    chart = Chart(app, "api", namespace="app")
    ApiTier(chart, "api", container=CONTAINER)
    assert env(chart, "api")["NO_PROXY"].startswith("localhost,127.0.0.1,::1,")


def test_what_a_container_says_itself_wins(app: App) -> None:
    ALL.attach(app)
    chart = Chart(app, "api", namespace="app")
    direct = Container(image=CONTAINER.image, env={"HTTPS_PROXY": "http://other.example.com:8080"})
    ApiTier(chart, "api", container=direct)
    told = env(chart, "api")
    assert told["HTTPS_PROXY"] == "http://other.example.com:8080"
    assert "https_proxy" not in told


def test_a_workload_may_leave_its_user_to_the_cluster(chart: Chart) -> None:
    hardening = Hardening(run_as_user=None, run_as_group=None)
    ApiTier(chart, "api", container=CONTAINER, workload=Workload(hardening=hardening))
    assert pod(chart, "api")["securityContext"] == {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def test_a_workload_has_an_identity_at_its_cloud(chart: Chart) -> None:
    workload = Workload(
        account_annotations={"iam.gke.io/gcp-service-account": "api@shop.iam.gserviceaccount.com"},
        pod_labels={"azure.workload.identity/use": "true"},
        pod_annotations={"example.com/note": "a note"},
    )
    ApiTier(chart, "api", container=CONTAINER, workload=workload)
    assert find(chart, "ServiceAccount", "api")["metadata"]["annotations"] == {
        "iam.gke.io/gcp-service-account": "api@shop.iam.gserviceaccount.com"
    }
    template = find(chart, "Deployment", "api")["spec"]["template"]["metadata"]
    assert template["labels"]["azure.workload.identity/use"] == "true"
    assert template["annotations"]["example.com/note"] == "a note"


def test_fails_where_it_would_hold_for_a_part_only(app: App, chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"PodDefaults\.attach: .*before anything is made"):
        ALL.attach(app)
    ApiTier(chart, "api", container=CONTAINER)
    with pytest.raises(ConfigurationError, match=r"PodDefaults\.attach: .*before anything is made"):
        ALL.attach(chart)


def test_fails_where_it_is_said_twice() -> None:
    app = App()
    ALL.attach(app)
    with pytest.raises(ConfigurationError, match=r"PodDefaults\.attach: .*call it once"):
        ALL.attach(app)


def test_fails_on_a_scope_that_holds_nothing(chart: Chart) -> None:
    tier = ApiTier(chart, "api", container=CONTAINER)
    with pytest.raises(ConfigurationError, match=r"scope of PodDefaults: got 'ApiTier'"):
        ALL.attach(tier)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"pull_secrets": [SecretRef(name="a", keys=("password",))]},
            "include '.dockerconfigjson'",
        ),
        ({"pull_secrets": [REGISTRY, REGISTRY]}, r"pull_secrets: got 'registry'; name each only"),
        ({"pod_labels": {"a b": "c"}}, r"PodDefaults\.pod_labels"),
        ({"pod_labels": {"app.kubernetes.io/name": "other"}}, "selectors hold it"),
        ({"service_labels": {"track": "stable"}}, "selectors hold it"),
        ({"service_annotations": {"a": "\x00"}}, r"PodDefaults\.service_annotations\['a'\]"),
    ],
)
def test_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        PodDefaults(**arguments)


MIRRORS = PodDefaults(
    mirrors={
        "docker.io": "mirror.example.com/docker",
        "docker.io/library": "mirror.example.com/library",
        "quay.io": "mirror.example.com/quay",
    }
)


@pytest.mark.parametrize(
    ("image", "mirrored"),
    [
        ("docker.io/bitnami/valkey:8.1.3", "mirror.example.com/docker/bitnami/valkey:8.1.3"),
        ("docker.io/library/redis:8.2.1", "mirror.example.com/library/redis:8.2.1"),
        ("docker.io.example.com/redis:8.2.1", "docker.io.example.com/redis:8.2.1"),
        ("ghcr.io/example/web:1.4.2", "ghcr.io/example/web:1.4.2"),
    ],
)
def test_the_longest_registry_that_fits_has_a_mirror(image: str, mirrored: str) -> None:
    assert MIRRORS.mirrored(image) == mirrored


def test_every_image_comes_from_its_mirror(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    own = PodDefaults(
        mirrors={
            host: f"registry.example.com/{host}"
            for host in ("docker.elastic.co", "docker.io", "ghcr.io", "quay.io", "registry.k8s.io")
        }
    )
    own.attach(app)
    platform(app, replace(PRODUCTION, registries=Registries(allowed=("registry.example.com",))))
    images = {
        container["image"]
        for workload in Platform(manifests(app)).workloads
        for container in workload.containers
    }
    assert images
    assert {image for image in images if not image.startswith("registry.example.com/")} == set()


@pytest.mark.parametrize("registry", ["https://registry.example.com", "docker", "quay.io/"])
def test_fails_with_a_mirror_that_is_no_registry(registry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"PodDefaults\.mirrors"):
        PodDefaults(mirrors={"docker.io": registry})
