"""The web tier: its full picture once, then what each argument changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    Autoscaling,
    ConfigFiles,
    Container,
    Http,
    NextJs,
    Outside,
    Port,
    RateLimit,
    Replicas,
    Resources,
    RollingUpdate,
    Route,
    SecretRef,
    ServiceLevel,
    Timeouts,
    TrafficPolicy,
    WebTier,
    Workload,
)
from constructs_lib.facts import (
    Amounts,
    Call,
    Footprint,
    KubernetesPermissions,
    LogFormat,
    Peer,
    PodLogs,
    PolicyRule,
    SecretUse,
    Verb,
)
from constructs_lib.pods import ApiToken, Hardening
from constructs_lib.pods.hardening import UsualUser
from constructs_lib.pods.volumes import TEMPORARY
from constructs_lib.quantities import parse
from constructs_lib.rollouts import Rollout
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes import TagOfImage
from constructs_lib.testing import find, find_all
from constructs_lib.traffic import Aws, AwsCertificate, LoadBalancer, LoadBalancing
from tests.tiers.ends import API_SERVER, CATALOGUE, CONTAINER, HOST, IMAGE, POSTGRES
from tests.tiers.reading import container, env, mounts, pod

PEER = Peer(
    name="web",
    namespace="app",
    selector={"app.kubernetes.io/name": "web", "app.kubernetes.io/component": "web"},
    ports=(Port(name="http", number=8080), Port(name="metrics", number=9090)),
)
CLIENTS = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,))
KEY = SecretRef(name="web-key", keys=("key",))


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST)
    assert chart == manifest


def test_routes(chart: Chart, manifest: SnapshotAssertion) -> None:
    live = Route(
        name="live",
        paths=("/live", "/events/stream"),
        websocket=True,
        policy=TrafficPolicy(
            timeouts=Timeouts(read_seconds=600),
            rate_limit=RateLimit(requests_per_second=5, burst=10),
        ),
    )
    WebTier(chart, "web", container=CONTAINER, host=HOST, routes=[Route(), live])
    assert find_all(chart, "Ingress") == manifest


@pytest.mark.mission("B80")
def test_load_balancing(chart: Chart) -> None:
    least = Route(policy=TrafficPolicy(load_balancing=LoadBalancing.LEAST_CONNECTIONS))
    WebTier(chart, "web", container=CONTAINER, host=HOST, routes=[least])
    annotations = find(chart, "Ingress", "web")["metadata"]["annotations"]
    assert annotations["nginx.org/lb-method"] == "least_conn"


def test_load_balancer(chart: Chart, manifest: SnapshotAssertion) -> None:
    certificate = AwsCertificate(
        arn="arn:aws:acm:eu-central-1:123456789012:certificate/5b0e7d3c-1f2a-4c6b-9d8e-7a6b5c4d3e2f"
    )
    WebTier(
        chart,
        "web",
        container=CONTAINER,
        load_balancer=LoadBalancer(
            source_ranges=("203.0.113.0/24",), cloud=Aws(certificate=certificate)
        ),
    )
    assert [find(chart, "Service", "web-public")] == manifest


@pytest.mark.mission("B55")
def test_load_balancer_is_a_door_of_its_own(chart: Chart) -> None:
    web = WebTier(chart, "web", container=CONTAINER, load_balancer=CLIENTS)
    assert find_all(chart, "Ingress") == []
    assert web.facts.routes == ()
    clients = Outside(name="web-clients", cidrs=("203.0.113.0/24",))
    assert web.facts.calls == (Call(source=clients, target=PEER, port="http"),)


def test_load_balancer_counts_in_the_footprint(chart: Chart) -> None:
    door = LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80, 443))
    web = WebTier(chart, "web", container=CONTAINER, host=HOST, load_balancer=door)
    (footprint,) = web.facts.footprints
    assert footprint.objects["services"] == 2
    assert footprint.objects["services.loadbalancers"] == 1
    assert footprint.objects["services.nodeports"] == 2


def test_without_probes(chart: Chart) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST, http=Http(probes=None))
    (container,) = pod(chart, "web")["containers"]
    assert not {"startupProbe", "livenessProbe", "readinessProbe"} & container.keys()


@pytest.mark.mission("B6")
@pytest.mark.mission("B114")
def test_replicas(chart: Chart) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST, scaling=Replicas(count=5))
    assert find(chart, "Deployment", "web")["spec"]["replicas"] == 5
    assert find_all(chart, "HorizontalPodAutoscaler") == []
    assert find(chart, "PodDisruptionBudget", "web")["spec"]["maxUnavailable"] == 1


def test_one_replica_has_no_budget(chart: Chart) -> None:
    WebTier(chart, "web", container=CONTAINER, host=HOST, scaling=Replicas(count=1))
    assert find_all(chart, "PodDisruptionBudget") == []


@pytest.mark.mission("B6")
@pytest.mark.mission("B49")
@pytest.mark.mission("B115")
def test_autoscaling_owns_the_replicas(chart: Chart) -> None:
    scaling = Autoscaling(min_replicas=2, max_replicas=6)
    WebTier(chart, "web", container=CONTAINER, host=HOST, scaling=scaling)
    spec = find(chart, "HorizontalPodAutoscaler", "web")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 6)
    assert "replicas" not in find(chart, "Deployment", "web")["spec"]


@pytest.mark.mission("B30")
@pytest.mark.mission("B31")
@pytest.mark.mission("B54")
def test_upstreams(chart: Chart) -> None:
    web = WebTier(chart, "web", container=CONTAINER, host=HOST, upstreams={"API_URL": CATALOGUE})
    assert env(chart, "web")["API_URL"] == "http://catalogue.app.svc.cluster.local:80"
    assert Call(source=PEER, target=CATALOGUE.target, port="http") in web.facts.calls


@pytest.mark.mission("B5")
@pytest.mark.mission("B62")
def test_nextjs(chart: Chart) -> None:
    nextjs = NextJs(
        app_directory="/srv/shop",
        cache_size="1Gi",
        server_actions_key=KEY,
        deployment_id=TagOfImage(),
    )
    roomy = replace(CONTAINER, resources=Resources(ephemeral_storage="2Gi"))
    web = WebTier(chart, "web", container=roomy, host=HOST, runtime=nextjs)
    assert env(chart, "web")["NEXT_DEPLOYMENT_ID"] == "1-4-2"
    assert mounts(chart, "web")["/srv/shop/.next/cache"]["emptyDir"] == {"sizeLimit": "1Gi"}
    assert {
        "name": "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY",
        "valueFrom": {"secretKeyRef": {"name": "web-key", "key": "key"}},
    } in container(chart, "web")["env"]
    assert web.facts.secrets == (SecretUse(namespace="app", secret=KEY, reader="web"),)


def test_it_listens_on_all_addresses_whatever_its_pod_is_called(chart: Chart) -> None:
    """Next.js listens on the address in HOSTNAME, which containers have as the name of the pod."""
    WebTier(chart, "web", container=CONTAINER, host=HOST)
    assert env(chart, "web")["HOSTNAME"] == "0.0.0.0"  # noqa: S104 - all addresses are meant


@pytest.mark.mission("B102")
@pytest.mark.mission("B105")
@pytest.mark.parametrize(
    ("resources", "heap", "threads"),
    [
        (Resources(), 384, 4),
        (Resources(memory="1Gi"), 768, 4),
        (Resources(cpu="1", cpu_limit="3500m"), 384, 16),
        (Resources(cpu="1500m", cpu_limit=None), 384, 8),
        (Resources(cpu="40", cpu_limit=None), 384, 128),
        (Resources(memory="128Mi"), 96, 4),
    ],
)
def test_node_fits_its_container(
    chart: Chart, resources: Resources, heap: int, threads: int
) -> None:
    WebTier(chart, "web", container=Container(image=IMAGE, resources=resources), host=HOST)
    variables = env(chart, "web")
    assert variables["NODE_OPTIONS"] == f"--max-old-space-size={heap}"
    assert variables["UV_THREADPOOL_SIZE"] == str(threads)


def test_own_variables_win(chart: Chart) -> None:
    own = Container(image=IMAGE, env={"UV_THREADPOOL_SIZE": "9", "LOG_LEVEL": "debug"})
    WebTier(chart, "web", container=own, host=HOST)
    variables = env(chart, "web")
    assert variables["UV_THREADPOOL_SIZE"] == "9"
    assert variables["LOG_LEVEL"] == "debug"
    assert variables["NODE_ENV"] == "production"


@pytest.mark.mission("B102")
def test_no_cpu_limit(chart: Chart) -> None:
    free = Container(image=IMAGE, resources=Resources(cpu_limit=None))
    web = WebTier(chart, "web", container=free, host=HOST)
    assert "cpu" not in container(chart, "web")["resources"]["limits"]
    assert web.facts.footprints[0].containers[0].cpu_limit is None


@pytest.mark.mission("B58")
@pytest.mark.mission("B59")
@pytest.mark.mission("B60")
@pytest.mark.mission("B61")
def test_kubernetes_access(chart: Chart, manifest: SnapshotAssertion) -> None:
    access = KubernetesPermissions(
        rules=(
            PolicyRule(resources=("configmaps",), verbs=(Verb.GET,), names=("features",)),
            PolicyRule(
                resources=("leases",), verbs=(Verb.GET, Verb.UPDATE), api_group="x.example.com"
            ),
        ),
        api_server=API_SERVER,
    )
    web = WebTier(
        chart,
        "web",
        container=CONTAINER,
        host=HOST,
        workload=Workload(kubernetes_permissions=access),
    )
    assert pod(chart, "web")["automountServiceAccountToken"] is False
    token = mounts(chart, "web")["/var/run/secrets/kubernetes.io/serviceaccount"]
    assert "serviceAccountToken" in token["projected"]["sources"][0]
    assert Call(source=PEER, target=API_SERVER, port="https") in web.facts.calls
    kinds = ("ServiceAccount", "Role", "RoleBinding")
    assert [find(chart, kind, "web") for kind in kinds] == manifest
    helper = Container(
        name="helper", image="registry.example.com/shop/helper:1.0.0", volumes=[ApiToken()]
    )
    WebTier(
        chart,
        "other",
        container=CONTAINER,
        host=HOST,
        workload=Workload(kubernetes_permissions=access, sidecars=[helper]),
    )
    assert [
        each["name"]
        for each in pod(chart, "other")["containers"]
        for volume in each["volumeMounts"]
        if volume["mountPath"] == ApiToken.mount_path
    ] == ["helper"]


def test_calls(chart: Chart) -> None:
    ports = (Port(name="http", number=80), Port(name="https", number=443))
    store = Outside(name="store", cidrs=("198.51.100.0/24",), ports=ports)
    web = WebTier(
        chart, "web", container=CONTAINER, host=HOST, workload=Workload(calls=[store, POSTGRES])
    )
    assert web.facts.calls[1:] == (
        Call(source=PEER, target=store, port="http"),
        Call(source=PEER, target=store, port="https"),
        Call(source=PEER, target=POSTGRES, port="postgres"),
    )


@pytest.mark.mission("B120")
def test_configuration_files(chart: Chart) -> None:
    features = ConfigFiles(
        name="features", files={"features.json": "{}"}, mount_path="/etc/features"
    )
    told = Container(image=IMAGE, volumes=[features])
    web = WebTier(chart, "web", container=told, host=HOST)
    assert find(chart, "ConfigMap", "web-features")["data"] == {"features.json": "{}"}
    assert mounts(chart, "web")["/etc/features"]["configMap"] == {"name": "web-features"}
    template = find(chart, "Deployment", "web")["spec"]["template"]["metadata"]
    assert template["annotations"] == {"checksum/features": features.checksum}
    assert web.facts.footprints[0].objects["configmaps"] == 1


def test_facts(chart: Chart) -> None:
    web = WebTier(chart, "web", container=CONTAINER, host=HOST)
    assert web.peer == PEER
    assert web.facts.peers == (PEER,)
    assert web.facts.calls == (Call(source=HOST.renderer.controller, target=PEER, port="http"),)
    assert web.facts.footprints == (
        Footprint(
            namespace="app",
            pods=23,
            containers=(
                Amounts(
                    cpu=parse("250m"),
                    cpu_limit=parse("1"),
                    memory=parse("512Mi"),
                    ephemeral_storage=parse("512Mi"),
                ),
            ),
            objects={
                "count/deployments.apps": 1,
                "services": 1,
                "services.loadbalancers": 0,
                "services.nodeports": 0,
                "configmaps": 0,
            },
        ),
    )
    (metrics,) = web.facts.metrics
    assert (metrics.peer, metrics.port, metrics.path) == (PEER, "metrics", "/metrics")
    assert "http_requests_total" in metrics.names
    assert web.facts.secrets == ()
    assert web.facts.service_level == ServiceLevel()
    assert web.facts.logs == (PodLogs(peer=web.peer, format=LogFormat.NODE),)
    assert [route.host_name for route in web.facts.routes] == ["shop.example.com"]


@pytest.mark.parametrize(
    ("scaling", "rollout", "pods"),
    [
        # The most replicas, a surge of a quarter of them rounded up, and as many that drain.
        (Replicas(count=1), RollingUpdate(), 3),
        (Replicas(count=5), RollingUpdate(), 12),
        (Autoscaling(max_replicas=10), RollingUpdate(), 23),
        (Autoscaling(max_replicas=10), RollingUpdate(max_surge_percent=100), 30),
        (Autoscaling(max_replicas=11), RollingUpdate(max_surge_percent=1), 23),
    ],
)
def test_worst_moment(chart: Chart, scaling: Scaling, rollout: Rollout, pods: int) -> None:
    web = WebTier(
        chart,
        "web",
        container=CONTAINER,
        host=HOST,
        scaling=scaling,
        workload=Workload(rollout=rollout),
    )
    assert web.facts.footprints[0].pods == pods


@pytest.mark.parametrize(
    ("user", "home"),
    [(UsualUser(), TEMPORARY.mount_path), (None, TEMPORARY.mount_path), (1000, None)],
)
def test_a_user_whom_no_image_knows_has_a_home(
    chart: Chart, user: int | UsualUser | None, home: str | None
) -> None:
    workload = Workload(hardening=Hardening(run_as_user=user))
    WebTier(chart, "web", container=CONTAINER, host=HOST, workload=workload)
    told = {each["name"]: each.get("value") for each in container(chart, "web")["env"]}
    assert told.get("HOME") == home
    own = replace(CONTAINER, env={"HOME": "/home/app"})
    WebTier(chart, "own", container=own, host=HOST, workload=workload)
    told = {each["name"]: each.get("value") for each in container(chart, "own")["env"]}
    assert told["HOME"] == "/home/app"
