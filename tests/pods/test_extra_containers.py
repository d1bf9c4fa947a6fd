"""Servers take containers besides their own, which count, are hardened, and may call."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigurationError,
    Container,
    FallbackPage,
    Host,
    Namespace,
    NginxIngress,
    Outside,
    Port,
    PublicHost,
    Resources,
    SecurityBaseline,
    Tls,
)
from constructs_lib.facts import PodMetric, Publisher
from constructs_lib.manifests.platform import Platform
from constructs_lib.pods import ExecCheck, ExtraContainers
from constructs_lib.pods.probes import Probe
from constructs_lib.security import Registries
from constructs_lib.testing import check, find_all, manifests
from tests.observability.prometheus import ends
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


def test_all_servers_take_them_and_the_ground_fits(app: App) -> None:
    chart = Chart(app, "app", namespace="app")
    of_postgres = ("postgres", "postgres-rw", "postgres-ro")
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
        extra_containers=dict.fromkeys(PARTS, EXTRA),
    )
    assert {*stack.parts} == {*PARTS}
    public = PublicHost(chart, "host", host=HOST, constructs=[fallback, api])
    ground(app, [postgres, fallback, api, stack, public])
    servers = {
        workload.name: {container["name"] for container in workload.all_containers}
        for workload in Platform(manifests(app)).workloads
        if workload.runs_for_long and workload.name != "api"
    }
    policies = {each["metadata"]["name"] for each in find_all(app, "NetworkPolicy")}
    assert {*servers} == {*PARTS, *of_postgres, "fallback"}
    assert [name for name, names in servers.items() if not {"proxy", "login"} <= names] == []
    assert [name for name in servers if f"{name}-to-vault" not in policies] == []
    check(app)


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
    assert after == (*before, LARGE.amounts())


def test_fails_on_a_registry_that_is_not_allowed(app: App, chart: Chart) -> None:
    made = cluster(chart, extra_containers={"postgres": EXTRA})
    with pytest.raises(ConfigurationError, match=IMAGE):
        ground(app, [made], registries=Registries(allowed=("docker.io",)))


def test_fails_on_a_server_that_there_is_not(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="name one of postgres, postgres-ro, postgres-rw"):
        cluster(chart, extra_containers={"postgers": EXTRA})


def test_fails_on_a_part_that_there_is_not(app: App) -> None:
    with pytest.raises(ConfigurationError, match="name one of alertmanager, elasticsearch"):
        ends.stack(app, extra_containers={"elasticsearch-set-up": EXTRA})


def test_fails_on_a_call_of_nothing() -> None:
    with pytest.raises(ConfigurationError, match=r"ExtraContainers\.calls"):
        ExtraContainers(calls=[Outside(name="vault", cidrs=("10.9.0.0/24",))])
