"""Servers and jobs take containers besides their own, which count, are hardened, and may call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigFiles,
    ConfigurationError,
    Container,
    FallbackPage,
    Host,
    Namespace,
    NginxIngress,
    OneOffJob,
    Outside,
    Port,
    PublicHost,
    Resources,
    SecurityBaseline,
    Tls,
    Workload,
)
from constructs_lib.facts import PodMetric, Publisher
from constructs_lib.labels import NAME
from constructs_lib.manifests.platform import Platform
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.pods import ExecCheck, ExtraContainers, Sleep, Wait
from constructs_lib.pods.probes import Probe
from constructs_lib.security import Registries
from constructs_lib.testing import check, find, find_all, manifests, schema_problems
from constructs_lib.tiers import PodSettings
from tests.observability.grafana.ends import SIGN_ON
from tests.observability.prometheus import ends
from tests.operations.test_configuration_backup import backup as configuration_backup
from tests.operations.test_volume_snapshots import snapshots
from tests.postgres.ends import FAST, SCRATCH, cluster

IMAGE = "registry.example.com/proxy:1.0.0"
VAULT = Outside(name="vault", cidrs=("10.9.0.0/24",), ports=(Port(name="https", number=8200),))
LARGE = Resources(cpu="1", memory="3Gi", ephemeral_storage="512Mi")
EXTRA = ExtraContainers(
    sidecars=[
        Container(
            name="proxy",
            image=IMAGE,
            resources=LARGE,
            liveness=Probe(check=ExecCheck(command=("proxy", "alive"))),
        )
    ],
    init_containers=[Container(name="login", image=IMAGE)],
    calls=[VAULT],
)
HOST = Host(name="example.com", tls=Tls(secret_name="tls"), renderer=NginxIngress())


def ground(app: App, constructs: list[Publisher], **arguments: Any) -> None:  # noqa: ANN401
    spaces = [Namespace(name="app"), ends.MONITORING, ends.LOGGING, ends.AGENTS]
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=spaces,
        constructs=constructs,
        storage=[FAST, SCRATCH],
        **arguments,
    )


PARTS = (
    *("alertmanager", "kube-state-metrics", "node-exporter", "blackbox", "prometheus-adapter"),
    *("elasticsearch", "logstash", "kibana", "filebeat", "elasticsearch-exporter"),
    *("grafana", "prometheus"),
)


JOBS = (
    *("certificates-agents", "certificates-app", "certificates-logging"),
    *("elasticsearch-set-up", "kibana-views", "grafana-admin"),
)

OF_DATABASE = ("postgres-backups", "postgres-checks", "postgres-maintenance")


def test_all_take_them_and_the_ground_fits(app: App) -> None:
    chart = Chart(app, "app", namespace="app")
    of_postgres = ("postgres", "postgres-rw", "postgres-ro", *OF_DATABASE)
    postgres = cluster(chart, extra_containers=dict.fromkeys(of_postgres, EXTRA))
    fallback = FallbackPage(
        chart, "fallback", host=HOST, page="<h1>Back soon</h1>", extra_containers=EXTRA
    )
    # So that the stack has all its parts.
    load = PodMetric(name="http_requests_in_flight", average=6)
    api = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        host=HOST,
        scaling=Autoscaling(pod_metrics=(load,)),
    )
    _, stack = ends.stack(
        app,
        watches=[postgres, fallback, api],
        internet=ends.INTERNET,
        dashboards=replace(ends.DASHBOARDS, sign_on=SIGN_ON, teams=(DashboardTeam(name="sales"),)),
        extra_containers=dict.fromkeys((*PARTS, *JOBS), EXTRA),
    )
    backup = configuration_backup(chart, namespaces=[Namespace(name="app")], extra_containers=EXTRA)
    taken = snapshots(chart, extra_containers=EXTRA)
    assert {*stack.parts} == {*PARTS}
    public = PublicHost(chart, "host", host=HOST, constructs=[fallback, api])
    ground(app, [postgres, fallback, api, stack, public, backup, taken])
    having = {
        workload.labels[NAME]: {container["name"] for container in workload.all_containers}
        for workload in Platform(manifests(app)).workloads
        if workload.name != "api"
    }
    policies = {each["metadata"]["name"] for each in find_all(app, "NetworkPolicy")}
    jobs = {*JOBS, "configuration-backup", "grafana-snapshots"}
    assert {*having} == {*PARTS, *of_postgres, *jobs, "fallback"}
    assert [name for name, names in having.items() if not {"proxy", "login"} <= names] == []
    assert [name for name in having if f"{name}-to-vault" not in policies] == []
    check(app)
    # Sidecars of jobs are of 1.29.
    assert schema_problems(app, "1.34") == []


def test_a_sidecar_of_a_job_ends_with_it(chart: Chart) -> None:
    made = cluster(chart, extra_containers={"postgres-checks": EXTRA})
    drill = find(chart, "CronJob", "postgres-restore-drill")
    pod = drill["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert [each["name"] for each in pod["containers"]] == ["restore-drill"]
    assert [(each["name"], each.get("restartPolicy")) for each in pod["initContainers"]] == [
        ("login", None),
        ("proxy", "Always"),
    ]
    assert LARGE.amounts() in [
        container
        for footprint in made.facts.footprints
        if "count/cronjobs.batch" in footprint.objects
        for container in footprint.containers
    ]


def test_what_an_application_reaches_its_database_by_ends_after_it(chart: Chart) -> None:
    wait = Wait(name="wait", check=["up-to-date"], seconds=60)
    login, proxy = (Container(name=name, image="tool:1.0.0") for name in ("login", "proxy"))
    metrics = Container(name="metrics", image="tool:1.0.0", pre_stop=Sleep(seconds=3))
    tier = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        workload=Workload(
            init_containers=[login],
            native_sidecars=[replace(proxy, ports=[Port(name="proxy", number=5433)])],
            sidecars=[metrics],
            waits_for=[wait],
        ),
    )
    spec = find(chart, "Deployment", "api")["spec"]["template"]["spec"]
    # The tool logs in for the proxy, and the check of the application asks by way of it.
    assert [(each["name"], each.get("restartPolicy")) for each in spec["initContainers"]] == [
        ("login", None),
        ("proxy", "Always"),
        ("wait", None),
    ]
    assert [(each["name"], "lifecycle" in each) for each in spec["containers"]] == [
        ("app", True),
        ("metrics", True),
    ]
    assert "proxy" in {port.name for port in tier.peer.ports}
    (footprint,) = tier.facts.footprints
    assert [amounts.starts for amounts in footprint.containers].count(False) == 3
    assert schema_problems(chart, "1.34") == []


def test_a_job_asks_by_way_of_its_sidecar(chart: Chart) -> None:
    settings = PodSettings(
        init_containers=[Container(name="login", image="tool:1.0.0")],
        sidecars=[Container(name="proxy", image="tool:1.0.0")],
        waits_for=[Wait(name="wait", check=["up-to-date"], seconds=60)],
    )
    job = OneOffJob(chart, "index", container=Container(image=IMAGE), settings=settings).job
    spec = job.to_json()["spec"]["template"]["spec"]
    assert [(each["name"], each.get("restartPolicy")) for each in spec["initContainers"]] == [
        ("login", None),
        ("proxy", "Always"),
        ("wait", None),
    ]


def test_a_job_finds_the_files_of_its_sidecar(chart: Chart) -> None:
    files = ConfigFiles(name="proxy", files={"proxy.conf": "a"}, mount_path="/etc/proxy")
    proxy = Container(name="proxy", image=IMAGE, volumes=[files])
    cluster(chart, extra_containers={"postgres-checks": ExtraContainers(sidecars=[proxy])})
    assert find(chart, "ConfigMap", "postgres-checks-proxy")["data"] == {"proxy.conf": "a"}


def test_each_is_hardened_as_the_server_is(chart: Chart) -> None:
    made = cluster(chart, extra_containers={"postgres": EXTRA})
    pod = made.stateful_set.to_json()["spec"]["template"]["spec"]
    contexts = [each["securityContext"] for each in (*pod["initContainers"], *pod["containers"])]
    assert all(each == contexts[0] for each in contexts)


def test_they_count_in_the_quota(app: App) -> None:
    chart = Chart(app, "app", namespace="app")
    without, having = (
        [each.containers for each in cluster(chart, id, extra_containers=extra).facts.footprints]
        for id, extra in (("one", {}), ("two", {"two": EXTRA}))
    )
    ((before, after),) = [pair for pair in zip(without, having, strict=True) if len({*pair}) > 1]
    (login,) = EXTRA.init_containers
    added = [each for each in after if each not in before]
    assert added == [LARGE.amounts(), replace(login.resources.amounts(), starts=True)]


def test_fails_on_a_registry_that_is_not_allowed(app: App, chart: Chart) -> None:
    made = cluster(chart, extra_containers={"postgres": EXTRA})
    with pytest.raises(ConfigurationError, match=IMAGE):
        ground(app, [made], registries=Registries(allowed=("docker.io",)))


def test_fails_on_a_server_that_there_is_not(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="name one of postgres, postgres-backups"):
        cluster(chart, extra_containers={"postgers": EXTRA})


def test_fails_on_a_part_that_there_is_not(app: App) -> None:
    with pytest.raises(ConfigurationError, match="name one of alertmanager, certificates-agents"):
        ends.stack(app, extra_containers={"elastic-search": EXTRA})


def test_fails_on_a_call_of_nothing() -> None:
    with pytest.raises(ConfigurationError, match=r"ExtraContainers\.calls"):
        ExtraContainers(calls=[Outside(name="vault", cidrs=("10.9.0.0/24",))])
