"""Servers of somebody else's, as each controller runs them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigFiles,
    ConfigurationError,
    ExistingStorageClass,
    Outside,
    Port,
    ReclaimPolicy,
    Resources,
    SecretEnv,
    SecretFiles,
    SecretRef,
    StorageClass,
)
from constructs_lib.cluster import Cluster
from constructs_lib.facts import (
    Footprint,
    KubernetesPermissions,
    PolicyRule,
    TransportProtocol,
    VolumeClaim,
)
from constructs_lib.facts.rbac import READ
from constructs_lib.labels import Identity
from constructs_lib.pods import ExecCheck, HttpsCheck
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.daemon_set import daemon_set
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.hardening import NodeAgent
from constructs_lib.pods.job import job
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.service import cluster_ip_service, member_names
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data, Workspace
from constructs_lib.pods.volumes import HostDirectory, Scratch
from constructs_lib.testing import find, manifests

FAST = StorageClass(name="fast", provisioner="csi.example.com")
SCRATCH = replace(FAST, name="scratch", reclaim_policy=ReclaimPolicy.DELETE)
IDENTITY = Identity(name="store", namespace="data", component="database")
PROCESS = Container(
    name="store",
    image="example.com/store:1.2.3",
    resources=Resources(cpu="1", memory="1Gi"),
    args=["--name=$(POD_NAME)"],
    ports=[Port(name="store", number=5000)],
    pod_env={"POD_NAME": "metadata.name"},
)
POD = Pod(identity=IDENTITY, containers=[PROCESS])


def with_process(**changes: object) -> Pod:
    return replace(POD, containers=[replace(PROCESS, **changes)])  # type: ignore[arg-type]


def test_stateful_set(chart: Chart, manifest: SnapshotAssertion) -> None:
    stateful_set(
        chart,
        with_process(
            volumes=[Data(name="data", mount_path="/data", storage_class=FAST, size="10Gi")]
        ),
        replicas=3,
    )
    assert chart == manifest


def test_deployment(chart: Chart, manifest: SnapshotAssertion) -> None:
    deployment(chart, POD, replicas=2)
    assert chart == manifest


def test_daemon_set(chart: Chart, manifest: SnapshotAssertion) -> None:
    logs = HostDirectory(name="logs", path="/var/log", mount_path="/host/logs")
    pod = with_process(volumes=[logs])
    daemon_set(chart, replace(pod, hardening=NodeAgent()), most_nodes=50)
    assert chart == manifest


def test_cron_job(chart: Chart, manifest: SnapshotAssertion) -> None:
    space = Workspace(name="space", mount_path="/space", storage_class=SCRATCH, size="20Gi")
    cron_job(chart, with_process(volumes=[space]), Schedule(cron="30 2 * * 0"), name="store")
    assert chart == manifest


def test_job(chart: Chart, manifest: SnapshotAssertion) -> None:
    job(chart, POD)
    assert chart == manifest


def test_what_a_process_is_told(chart: Chart, manifest: SnapshotAssertion) -> None:
    secret = SecretRef(name="store", keys=("password", "tls.key"))
    files = ConfigFiles(
        name="scripts", files={"run.sh": "true\n"}, mount_path="/x", executable=True
    )
    deployment(
        chart,
        with_process(
            command=["/x/run.sh"],
            env={"MODE": "on"},
            secret_env=[SecretEnv(name="STORE_PASS", secret=secret, key="password")],
            volumes=[
                files,
                SecretFiles(secret=secret, mount_path="/tls", mode=0o440),
                Scratch(mount_path="/tmp"),  # noqa: S108
            ],
            startup=Probe(check=HttpsCheck(path="/up"), port=5000, failure_threshold=60),
            readiness=Probe(check=ExecCheck(command=["check"]), port=5000),
            pre_stop=["/x/leave"],
        ),
        replicas=1,
    )
    assert chart == manifest


def test_access_to_kubernetes(chart: Chart) -> None:
    api_server = Outside(
        name="api-server", cidrs=("10.96.0.1/32",), ports=(Port(name="https", number=6443),)
    )
    access = KubernetesPermissions(
        rules=(PolicyRule(resources=("pods",), verbs=READ),), api_server=api_server
    )
    caller = replace(POD.main, volumes=[ApiToken()])
    facts = deployment(chart, replace(POD, containers=[caller], permissions=access), replicas=1)
    pod = find(chart, "Deployment", "store")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert [each["name"] for each in pod["volumes"]] == ["api-token"]
    assert find(chart, "Role", "store")["rules"][0]["resources"] == ["pods"]
    assert [call.target.name for call in facts.calls] == ["api-server"]


def test_a_job_uses_what_its_server_has(chart: Chart) -> None:
    files = ConfigFiles(name="settings", files={"a": "b"}, mount_path="/etc/store")
    stateful_set(chart, with_process(volumes=[files]), replicas=1)
    backup = replace(
        with_process(volumes=[files]),
        identity=replace(IDENTITY, name="store-backup", component="backup"),
        serves=IDENTITY,
    )
    cron_job(chart, backup, Schedule(cron="0 1 * * *"), name="store-backup")
    kinds = [manifest["kind"] for manifest in manifests(chart)]
    assert kinds.count("ServiceAccount") == kinds.count("ConfigMap") == 1
    job_spec = find(chart, "CronJob", "store-backup")["spec"]["jobTemplate"]["spec"]
    pod = job_spec["template"]["spec"]
    assert pod["serviceAccountName"] == "store"
    assert pod["volumes"][0]["configMap"]["name"] == "store-settings"


def test_service_of_some_ports(chart: Chart) -> None:
    peer = replace(
        POD.peer,
        ports=(
            Port(name="store", number=5000),
            Port(name="dns", number=53, protocol=TransportProtocol.UDP),
        ),
    )
    told = cluster_ip_service(chart, peer, ports={"dns": 53})
    assert find(chart, "Service", "store")["spec"]["ports"] == [
        {"name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP"}
    ]
    assert told.footprints == (Footprint(namespace="data", objects={"services": 1}),)


def test_a_client_that_stays_with_one_member(chart: Chart) -> None:
    cluster_ip_service(chart, POD.peer, ports={"store": 80}, session_affinity="ClientIP")
    assert find(chart, "Service", "store")["spec"]["sessionAffinity"] == "ClientIP"


def test_member_names() -> None:
    names = member_names(Cluster(), IDENTITY, 2)
    assert names[1] == "store-1.store-members.data.svc.cluster.local"


def test_volumes_count(chart: Chart) -> None:
    data = Data(name="data", mount_path="/data", storage_class=FAST, size="10Gi")
    facts = stateful_set(chart, with_process(volumes=[data]), replicas=3)
    (footprint,) = facts.footprints
    claim = VolumeClaim(storage_class="fast", size=Decimal(10 * 2**30), count=3)
    assert (footprint.pods, footprint.claims) == (3, (claim,))


def test_a_changed_file_rolls_its_readers() -> None:
    def revisions(text: str) -> object:
        files = ConfigFiles(name="settings", files={"a": text}, mount_path="/etc/store")
        return with_process(volumes=[files]).main.revisions

    assert revisions("b") != revisions("c")


def test_fails_a_probe_of_a_port_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match=r"add 5001"):
        replace(PROCESS, liveness=Probe(check=HttpsCheck(path="/"), port=5001))


def test_a_start_larger_than_what_runs_counts() -> None:
    setup = Container(
        name="setup", image="example.com/setup:1.2.3", resources=Resources(cpu="10m", memory="64Gi")
    )
    pod = replace(POD, init_containers=[setup])
    running = Footprint(namespace="app", pods=1, containers=POD.amounts)
    started = Footprint(namespace="app", pods=1, containers=pod.amounts)
    assert started.of_a_pod(lambda each: each.memory) == 64 * 2**30
    assert running.of_a_pod(lambda each: each.memory) < 64 * 2**30
    assert started.of_a_pod(lambda each: each.cpu) == running.of_a_pod(lambda each: each.cpu)


def test_fails_two_containers_of_one_name() -> None:
    with pytest.raises(ConfigurationError, match=r"Container\.name.*'store'"):
        replace(POD, containers=[PROCESS, PROCESS])


def test_fails_a_variable_twice() -> None:
    with pytest.raises(ConfigurationError, match=r"Container\.env.*'POD_NAME'"):
        replace(PROCESS, env={"POD_NAME": "store"})


def test_fails_a_workspace_that_stays() -> None:
    with pytest.raises(ConfigurationError, match=r"Workspace\.storage_class: got 'fast'"):
        Workspace(name="space", mount_path="/space", storage_class=FAST, size="20Gi")
    kept = ExistingStorageClass(name="kept", reclaim_policy=ReclaimPolicy.RETAIN)
    with pytest.raises(ConfigurationError, match=r"Workspace\.storage_class: got 'kept'"):
        Workspace(name="space", mount_path="/space", storage_class=kept, size="20Gi")


def test_members_that_listen_to_nothing_have_names_all_the_same(chart: Chart) -> None:
    silent = replace(POD, containers=[Container(image="example.com/store:1.2.3", name="store")])
    stateful_set(chart, silent, replicas=1)
    assert "ports" not in find(chart, "Service", "store-members")["spec"]
