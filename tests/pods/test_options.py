"""What any workload may say of its pods: files at a path, claims, whole maps, hosts, devices."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from cdk8s_plus_27 import k8s

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    ExistingStorageClass,
    Namespace,
    OneOffJob,
    Port,
    ReclaimPolicy,
    Replicas,
    Resources,
    RollingUpdate,
    SecretEnv,
    SecretFiles,
    SecretRef,
    SecurityBaseline,
    WorkerTier,
    Workload,
)
from constructs_lib.pods import (
    AccessMode,
    ConfigFile,
    ConfigVariables,
    ExistingClaim,
    Placement,
    SecretFile,
    SecretVariables,
    SharedClaim,
    VolumeMode,
    Workspace,
)
from constructs_lib.rollouts import BlueGreen, Canary, Color, Recreate, Rollout
from constructs_lib.testing import check, find, find_all
from tests.tiers.reading import container, env, pod

IMAGE = "registry.example.com/shop/api:2.0.3"
NEXT = "registry.example.com/shop/api:2.0.4"
IN_PLACE = RollingUpdate(max_surge_percent=0, max_unavailable=1)
SHARED = ExistingStorageClass(name="nfs", reclaim_policy=ReclaimPolicy.DELETE)
MAIL = SecretRef(name="mail", keys=("SMTP_USER", "SMTP_PASSWORD"), revision="3")
FLAGS = ConfigVariables(config_map="flags", keys=("BETA", "REGION"), revision="7")


def api(chart: Chart, **said: Any) -> ApiTier:  # noqa: ANN401 - fields of a container
    return ApiTier(chart, "api", container=Container(image=IMAGE, **said))


def rolled_by(chart: Chart) -> dict[str, str]:
    found: dict[str, str] = find(chart, "Deployment", "api")["spec"]["template"]["metadata"].get(
        "annotations", {}
    )
    return found


def test_whole_maps_are_variables_and_roll_the_pods(chart: Chart) -> None:
    tier = api(chart, env_from=[SecretVariables(secret=MAIL), replace(FLAGS, prefix="FLAG_")])
    assert container(chart, "api")["envFrom"] == [
        {"secretRef": {"name": "mail"}},
        {"configMapRef": {"name": "flags"}, "prefix": "FLAG_"},
    ]
    assert rolled_by(chart) == {"revision/flags": "7", "revision/mail": "3"}
    assert [(use.secret.name, use.secret.keys) for use in tier.facts.secrets] == [
        ("mail", MAIL.keys)
    ]


def test_single_variables_win_over_whole_maps(chart: Chart) -> None:
    api(
        chart,
        env={"REGION": "eu", "SMTP_URL": "smtp://$(SMTP_USER)@mail"},
        env_from=[
            FLAGS,
            SecretVariables(secret=MAIL),
            ConfigVariables(config_map="g", keys=["WEB_CONCURRENCY_HINT"]),
        ],
    )
    told = env(chart, "api")
    assert told["REGION"] == "eu"
    assert told["SMTP_URL"] == "smtp://$(SMTP_USER)@mail"


def test_a_default_of_the_tier_gives_way_to_a_whole_map(chart: Chart) -> None:
    api(chart, env_from=[ConfigVariables(config_map="python", keys=["PYTHONUNBUFFERED"])])
    assert "PYTHONUNBUFFERED" not in env(chart, "api")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"env_from": [FLAGS, FLAGS]}, r"Container\.env_from"),
        (
            {"env_from": [ConfigVariables(config_map="own", keys=["PORT"])]},
            r"PORT.*leave it out",
        ),
    ],
)
def test_fails_with_variables_that_contradict(
    chart: Chart, said: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        api(chart, **said)


def test_fails_with_keys_that_would_be_left_out() -> None:
    with pytest.raises(ConfigurationError, match=r"SecretVariables\.keys: got 'tls\.crt'"):
        SecretVariables(secret=SecretRef(name="tls", keys=("tls.crt",)))


def test_optional_secrets(chart: Chart) -> None:
    api(
        chart,
        secret_env=[SecretEnv(name="SENTRY_DSN", secret=MAIL, key="SMTP_USER", optional=True)],
        env_from=[SecretVariables(secret=MAIL, optional=True)],
        volumes=[SecretFiles(secret=MAIL, mount_path="/run/mail", optional=True)],
    )
    made = container(chart, "api")
    (variable,) = (each for each in made["env"] if each["name"] == "SENTRY_DSN")
    assert variable["valueFrom"]["secretKeyRef"]["optional"] is True
    assert made["envFrom"][0]["secretRef"]["optional"] is True
    (secret,) = (each["secret"] for each in pod(chart, "api")["volumes"] if "secret" in each)
    assert secret["optional"] is True


def test_one_file_leaves_those_beside_it(chart: Chart) -> None:
    api(
        chart,
        volumes=[
            ConfigFile(name="settings", mount_path="/app/config.json", text="{}"),
            SecretFile(secret=MAIL, key="SMTP_USER", mount_path="/app/mail/user", mode=0o440),
        ],
    )
    mounts = {each["mountPath"]: each for each in container(chart, "api")["volumeMounts"]}
    assert mounts["/app/config.json"]["subPath"] == "config.json"
    assert mounts["/app/mail/user"]["subPath"] == "SMTP_USER"
    volumes = {each["name"]: each for each in pod(chart, "api")["volumes"]}
    assert volumes[mounts["/app/config.json"]["name"]]["configMap"] == {"name": "api-settings"}
    assert volumes[mounts["/app/mail/user"]["name"]]["secret"] == {
        "secretName": "mail",
        "items": [{"key": "SMTP_USER", "path": "SMTP_USER"}],
        "defaultMode": 0o440,
    }
    assert find(chart, "ConfigMap", "api-settings")["data"] == {"config.json": "{}"}
    assert set(rolled_by(chart)) == {"checksum/settings", "revision/mail"}


def test_one_file_at_the_root(chart: Chart) -> None:
    api(chart, volumes=[ConfigFile(name="settings", mount_path="/config.json", text="{}")])
    (mount,) = (each for each in container(chart, "api")["volumeMounts"] if "subPath" in each)
    assert (mount["mountPath"], mount["subPath"]) == ("/config.json", "config.json")


def test_two_keys_of_a_secret_at_two_paths(chart: Chart) -> None:
    api(
        chart,
        volumes=[
            SecretFile(secret=MAIL, key=key, mount_path=f"/app/{key.lower()}") for key in MAIL.keys
        ],
    )
    names = [each["name"] for each in pod(chart, "api")["volumes"] if "secret" in each]
    assert len(set(names)) == 2


@pytest.mark.parametrize("mode", [AccessMode.READ_WRITE_ONCE, AccessMode.READ_WRITE_ONCE_POD])
def test_one_pod_alone_may_hold_a_volume(app: App, chart: Chart, mode: AccessMode) -> None:
    """A rollout of more would wait for ever: the old pod holds what the new one needs."""
    held = SharedClaim(
        name="data", mount_path="/data", storage_class=SHARED, size="5Gi", access_mode=mode
    )

    def made(place: Chart, pods: int, rollout: Rollout) -> None:
        WorkerTier(
            place,
            "scheduler",
            container=Container(image=IMAGE, volumes=[held]),
            scaling=Replicas(count=pods),
            workload=Workload(rollout=rollout),
        )

    made(chart, 1, Recreate())
    claim = find(chart, "PersistentVolumeClaim", "scheduler-data")["spec"]
    assert claim["accessModes"] == [mode]
    made(
        Chart(app, "one", namespace="one"), 1, RollingUpdate(max_surge_percent=0, max_unavailable=1)
    )
    for pods, rollout, most in ((1, RollingUpdate(), 2), (3, Recreate(), 3)):
        said = rf"SharedClaim\.access_mode: got .*{mode}.*there are {most} pods at once"
        with pytest.raises(ConfigurationError, match=said):
            made(Chart(app, f"of-{pods}", namespace=f"of-{pods}"), pods, rollout)


@pytest.mark.parametrize(
    ("rollout", "fits"),
    [
        (BlueGreen(active=Color.BLUE, green=NEXT, update=IN_PLACE), False),
        (BlueGreen(active=Color.BLUE, green=NEXT, update=IN_PLACE, idle_replicas=0), True),
        (Canary(image=NEXT, steps=(10,), step=1, update=IN_PLACE), False),
    ],
)
def test_pods_of_two_versions_count_together(chart: Chart, rollout: Rollout, *, fits: bool) -> None:
    held = SharedClaim(
        name="data",
        mount_path="/data",
        storage_class=SHARED,
        size="5Gi",
        access_mode=AccessMode.READ_WRITE_ONCE_POD,
    )
    refused = nullcontext() if fits else pytest.raises(ConfigurationError, match="2 pods at once")
    with refused:
        ApiTier(
            chart,
            "api",
            container=Container(image=IMAGE, volumes=[held]),
            scaling=Replicas(count=1),
            workload=Workload(rollout=rollout),
        )


def test_a_device_is_no_directory(chart: Chart) -> None:
    disk = SharedClaim(
        name="disk",
        mount_path="/dev/xvda",
        storage_class=SHARED,
        size="5Gi",
        volume_mode=VolumeMode.BLOCK,
    )
    api(chart, volumes=[disk])
    assert find(chart, "PersistentVolumeClaim", "api-disk")["spec"]["volumeMode"] == "Block"
    told = container(chart, "api")
    assert told["volumeDevices"] == [{"name": "disk", "devicePath": "/dev/xvda"}]
    assert "disk" not in [each["name"] for each in told["volumeMounts"]]


def test_uploads_have_a_claim_that_all_pods_share(app: App, chart: Chart) -> None:
    uploads = SharedClaim(
        name="uploads", mount_path="/app/media", storage_class=SHARED, size="50Gi"
    )
    tiers = [
        api(chart, volumes=[uploads]),
        WorkerTier(
            chart,
            "worker",
            container=Container(
                image=IMAGE, volumes=[ExistingClaim(claim="api-uploads", mount_path="/app/media")]
            ),
        ),
    ]
    claim = find(chart, "PersistentVolumeClaim", "api-uploads")["spec"]
    assert claim["accessModes"] == ["ReadWriteMany"]
    assert claim["resources"] == {"requests": {"storage": "50Gi"}}
    assert find_all(chart, "PersistentVolumeClaim") != []
    mounted = [
        volume["persistentVolumeClaim"]
        for name in ("api", "worker")
        for volume in pod(chart, name)["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert mounted == [{"claimName": "api-uploads"}] * 2
    ground = Chart(app, "ground")
    SecurityBaseline(
        ground,
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=tiers,
        storage=[SHARED],
    )
    # Once, however many pods there are.
    hard = find(ground, "ResourceQuota", "quota")["spec"]["hard"]
    assert hard["requests.storage"] == "60Gi"
    check(app, given=["StorageClass/nfs"])


def test_a_workspace_counts_for_each_pod(chart: Chart) -> None:
    room = Workspace(name="room", mount_path="/work", storage_class=SHARED, size="1Gi")
    worker = WorkerTier(
        chart,
        "worker",
        container=Container(image=IMAGE, volumes=[room]),
        scaling=Replicas(count=2),
    )
    (footprint,) = worker.facts.footprints
    assert [(claim.count, int(claim.size)) for claim in footprint.claims] == [(5, 2**30)]


def test_host_aliases(chart: Chart) -> None:
    aliases = {"10.1.2.3": ("legacy.example.com", "erp"), "2001:db8::1": ("six.example.com",)}
    ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        workload=Workload(host_aliases=aliases),
    )
    assert pod(chart, "api")["hostAliases"] == [
        {"ip": "10.1.2.3", "hostnames": ["legacy.example.com", "erp"]},
        {"ip": "2001:db8::1", "hostnames": ["six.example.com"]},
    ]


@pytest.mark.parametrize("aliases", [{"10.1.2": ("a",)}, {"10.1.2.3": ("under_score",)}])
def test_fails_with_an_alias_that_cannot_be(aliases: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ConfigurationError, match=r"Workload\.host_aliases"):
        Workload(host_aliases=aliases)


def test_affinity(chart: Chart) -> None:
    term = k8s.NodeSelectorTerm(
        match_expressions=[
            k8s.NodeSelectorRequirement(key="kubernetes.io/arch", operator="In", values=["amd64"])
        ]
    )
    affinity = k8s.Affinity(
        node_affinity=k8s.NodeAffinity(
            required_during_scheduling_ignored_during_execution=k8s.NodeSelector(
                node_selector_terms=[term]
            )
        )
    )
    ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        workload=Workload(placement=Placement(affinity=affinity)),
    )
    assert pod(chart, "api")["affinity"]["nodeAffinity"] == {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {
                    "matchExpressions": [
                        {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}
                    ]
                }
            ]
        }
    }


def test_devices_are_counted_by_the_quota(app: App, chart: Chart) -> None:
    worker = WorkerTier(
        chart,
        "worker",
        container=Container(image=IMAGE, resources=Resources(extended={"nvidia.com/gpu": 2})),
        scaling=Replicas(count=3),
    )
    resources = container(chart, "worker")["resources"]
    assert resources["requests"]["nvidia.com/gpu"] == "2"
    assert resources["limits"]["nvidia.com/gpu"] == "2"
    ground = Chart(app, "ground")
    SecurityBaseline(ground, "baseline", namespaces=[Namespace(name="app")], constructs=[worker])
    # Three, three that still end, and one of the surge.
    hard = find(ground, "ResourceQuota", "quota")["spec"]["hard"]
    assert hard["requests.nvidia.com/gpu"] == str(2 * 7)
    check(app)


@pytest.mark.parametrize("extended", [{"gpu": 1}, {"kubernetes.io/gpu": 1}, {"nvidia.com/gpu": 0}])
def test_fails_with_a_device_that_cannot_be(extended: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match=r"Resources\.extended"):
        Resources(extended=extended)


def test_variables_from_fields_of_the_pod_in_a_job(chart: Chart) -> None:
    job = OneOffJob(
        chart, "index", container=Container(image=IMAGE, pod_env={"POD_NAME": "metadata.name"})
    )
    spec = find(chart, "Job", job.job.name)["spec"]["template"]["spec"]
    (variable,) = (each for each in spec["containers"][0]["env"] if each["name"] == "POD_NAME")
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"


def test_further_ports_are_offered_by_the_service(app: App, chart: Chart) -> None:
    grpc = Port(name="grpc", number=9000)
    tier = api(chart, ports=[grpc])
    assert grpc in tier.peer.ports
    offered = find(chart, "Service", "api")["spec"]["ports"]
    assert [(port["name"], port["port"], port["targetPort"]) for port in offered] == [
        ("http", 80, "http"),
        ("grpc", 9000, "grpc"),
    ]
    SecurityBaseline(
        Chart(app, "ground"), "baseline", namespaces=[Namespace(name="app")], constructs=[tier]
    )
    check(app)
