"""What Prometheus reads, what it raises an alarm for, and who hears it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Http,
    Metrics,
    MetricsStore,
    Namespace,
    Port,
    Route,
    SecretRef,
    ServiceLevel,
)
from constructs_lib.facts import Facts, MetricsEndpoint, Neighbour, Peer, ScrapeAuthorization
from constructs_lib.testing import find, find_all, manifests
from tests.observability.prometheus.ends import (
    AGENTS,
    ALERTING,
    FAST,
    HOOK,
    INTERNET,
    PAGER,
    STUCK,
    stack,
)
from tests.postgres.ends import cluster
from tests.tiers.ends import SERVED

NOBODY: Any = None
MAIL = Facts(peers=(Peer(name="mail", namespace="app", selector={"app": "mail"}),))
NEWER = replace(HOOK.secret, revision="2")
PULSE = replace(HOOK.secret, name="pulse")
RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"


def configuration(chart: Chart) -> dict[str, Any]:
    text = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def test_defaults(app: App, manifest: SnapshotAssertion) -> None:
    chart, _ = stack(app)
    parts = ("alertmanager", "kube-state-metrics", "node-exporter", "prometheus")
    assert [
        each for each in manifests(chart) if each["metadata"]["name"].startswith(parts)
    ] == manifest


@pytest.mark.mission("B70")
def test_thirty_tiers_can_be_watched(app: App, chart: Chart) -> None:
    """The rules of each are a ConfigMap, and there is an overview of every ten."""
    tiers = [
        ApiTier(chart, f"api-{number}", container=Container(image="api:1.4.2"))
        for number in range(30)
    ]
    watching, _ = stack(app, watches=tiers)
    configs = {each["metadata"]["name"] for each in find_all(watching, "ConfigMap")}
    assert {f"prometheus-rules-app-api-{number}" for number in range(30)} <= configs
    overviews = {name for name in configs if name.startswith("grafana-dashboard-overview")}
    assert overviews == {f"grafana-dashboard-overview{page}" for page in ("", "-2", "-3")}


@pytest.mark.mission("B67")
def test_a_watched_tier_is_found_by_its_labels(app: App, api: ApiTier) -> None:
    chart, _ = stack(app, watches=[api])
    (job,) = (
        job
        for job in configuration(chart)["scrape_configs"]
        if job["job_name"] == "app/api/metrics"
    )
    (discovery,) = job["kubernetes_sd_configs"]
    assert discovery["namespaces"] == {"names": ["app"]}
    assert discovery["selectors"] == [
        {"role": "pod", "label": "app.kubernetes.io/component=api,app.kubernetes.io/name=api"}
    ]
    assert job["relabel_configs"][0]["regex"] == "9090"
    targets = {rule["target_label"] for rule in job["relabel_configs"] if "target_label" in rule}
    assert targets == {"namespace", "app", "component", "track", "pod", "node"}
    (role,) = (
        role["rules"]
        for role in find_all(chart, "Role")
        if (role["metadata"]["namespace"], role["metadata"]["name"]) == ("app", "prometheus")
    )
    assert role == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]}]


def test_what_is_about_others_does_not_look_like_its_own(app: App) -> None:
    chart, _ = stack(app)
    name = "monitoring/kube-state-metrics/objects"
    (job,) = (job for job in configuration(chart)["scrape_configs"] if job["job_name"] == name)
    assert job["honor_labels"] is True
    assert [rule for rule in job["relabel_configs"] if "target_label" in rule] == []


def test_the_database_is_read_over_tls(app: App, chart: Chart) -> None:
    watching, _ = stack(app, watches=[cluster(chart)])
    jobs = {job["job_name"]: job for job in configuration(watching)["scrape_configs"]}
    assert jobs["app/postgres/patroni"]["scheme"] == "https"
    assert "scheme" not in jobs["app/postgres/metrics"]


@pytest.mark.mission("B66")
def test_an_exposition_may_ask_for_credentials(app: App, chart: Chart) -> None:
    """They are a Secret beside Prometheus, and in no text."""

    def read_with(key: str) -> Http:
        secret = SecretRef(name="scrape", keys=(key,))
        return Http(
            metrics=Metrics(
                authorization=ScrapeAuthorization(secret=secret, key=key, kind="Metrics")
            )
        )

    container = Container(image="api:1.4.2")
    directus = ApiTier(chart, "directus", container=container, http=read_with("directus"))
    other = ApiTier(chart, "other", container=container, http=read_with("other"))
    watching, observability = stack(app, watches=[directus, other])
    jobs = {job["job_name"]: job for job in configuration(watching)["scrape_configs"]}
    assert jobs["app/directus/metrics"]["authorization"] == {
        "type": "Metrics",
        "credentials_file": "/etc/prometheus/credentials/scrape/directus",
    }
    pod = find(watching, "StatefulSet", "prometheus")["spec"]["template"]["spec"]
    (volume,) = [each["secret"] for each in pod["volumes"] if "secret" in each]
    assert volume["secretName"] == "scrape"
    assert [item["key"] for item in volume["items"]] == ["directus", "other"]
    assert ("monitoring", "scrape") in [
        (use.namespace, use.secret.name) for use in observability.facts.secrets
    ]


@pytest.mark.mission("B69")
def test_retention_is_bound_to_the_volume(app: App) -> None:
    chart, _ = stack(app, metrics=MetricsStore(storage=FAST, size="100Gi", retention_days=30))
    pod = find(chart, "StatefulSet", "prometheus")["spec"]["template"]["spec"]
    args = pod["containers"][0]["args"]
    assert "--storage.tsdb.retention.time=30d" in args
    assert f"--storage.tsdb.retention.size={80 * 2**30}B" in args


def test_alertmanagers_gossip_over_both_protocols(app: App) -> None:
    """Without UDP they know of each other and send every notification twice."""
    _, observability = stack(app)
    between = {
        call.target_port
        for call in observability.facts.calls
        if (call.source.name, call.target.name) == ("alertmanager", "alertmanager")
    }
    assert {(port.number, port.protocol) for port in between} == {(9094, "TCP"), (9094, "UDP")}


def test_one_server_alone(app: App) -> None:
    chart, _ = stack(app, metrics=MetricsStore(storage=FAST, servers=1))
    assert find(chart, "StatefulSet", "prometheus")["spec"]["replicas"] == 1
    budgets = [budget["metadata"]["name"] for budget in find_all(chart, "PodDisruptionBudget")]
    assert "prometheus" not in budgets


def test_routes(app: App) -> None:
    chart, _ = stack(app, alerting=replace(ALERTING, heartbeat=replace(HOOK, secret=PULSE)))
    text = find(chart, "ConfigMap", "alertmanager-configuration")["data"]["alertmanager.yml"]
    settings = yaml.safe_load(text)
    routes = {route["receiver"]: route["matchers"] for route in settings["route"]["routes"]}
    assert routes == {"heartbeat": ['alertname="Watchdog"'], "page": ['severity="page"']}
    assert settings["route"]["receiver"] == "ticket"
    files = [
        hook["url_file"]
        for receiver in settings["receivers"]
        for hook in receiver.get("webhook_configs", [])
    ]
    assert files == [
        "/etc/alertmanager/secrets/hook/url",
        "/etc/alertmanager/secrets/pulse/url",
    ]


def test_receivers_share_a_secret(app: App) -> None:
    shared = replace(HOOK.secret, name="alerting")
    hook = replace(HOOK, secret=shared)
    pager = replace(PAGER, secret=replace(shared, keys=("routing-key",)))
    chart, made = stack(app, alerting=replace(ALERTING, page=hook, ticket=hook, heartbeat=pager))
    pod = find(chart, "StatefulSet", "alertmanager")["spec"]["template"]["spec"]
    (volume,) = [each["secret"] for each in pod["volumes"] if "secret" in each]
    assert volume["secretName"] == "alerting"
    assert [item["key"] for item in volume["items"]] == ["url", "routing-key"]
    assert [use.secret.keys for use in made.facts.secrets if use.secret.name == "alerting"] == [
        ("url", "routing-key")
    ]
    text = find(chart, "ConfigMap", "alertmanager-configuration")["data"]["alertmanager.yml"]
    for key in ("url", "routing-key"):
        assert f"/etc/alertmanager/secrets/alerting/{key}\n" in text


def test_the_probe(app: App, manifest: SnapshotAssertion) -> None:
    chart, _ = stack(app, watches=[Facts(routes=(SERVED,))], internet=INTERNET)
    assert [
        each for each in manifests(chart) if each["metadata"]["name"].startswith("blackbox")
    ] == manifest


def test_fails_without_the_key_of_the_authority(app: App) -> None:
    with pytest.raises(ConfigurationError, match=r"host_authority: .*include 'ca\.crt'"):
        stack(
            app,
            watches=[Facts(routes=(SERVED,))],
            internet=INTERNET,
            host_authority=SecretRef(name="authority", keys=("tls.crt",)),
        )


def test_fails_with_an_authority_of_hosts_that_are_not_probed(app: App) -> None:
    with pytest.raises(ConfigurationError, match=r"host_authority: .*say with `internet`"):
        stack(app, internet=None, host_authority=SecretRef(name="authority", keys=("ca.crt",)))


def test_public_addresses_are_asked_from_outside(app: App) -> None:
    watched = Facts(routes=(SERVED,))
    chart, _ = stack(app, watches=[watched], internet=INTERNET)
    (job,) = (job for job in configuration(chart)["scrape_configs"] if job["job_name"] == "sites")
    assert job["static_configs"] == [{"targets": ["https://shop.example.com"]}]


def test_a_door_without_a_front_page_is_asked_for_its_certificate(app: App) -> None:
    host = replace(SERVED.host, name="api.example.com")
    api = replace(SERVED, host=host, route=Route(paths=("/api",)))
    chart, _ = stack(app, watches=[Facts(routes=(SERVED, api))], internet=INTERNET)
    jobs = {job["job_name"]: job for job in configuration(chart)["scrape_configs"]}
    assert jobs["sites"]["static_configs"] == [{"targets": ["https://shop.example.com"]}]
    assert jobs["doors"]["static_configs"] == [{"targets": ["api.example.com:443"]}]
    assert jobs["doors"]["params"] == {"module": ["door"]}
    told = yaml.safe_load(
        find(chart, "ConfigMap", "blackbox-configuration")["data"]["blackbox.yml"]
    )
    assert told["modules"]["door"]["prober"] == "tcp"


def test_secrets_are_not_listed(app: App) -> None:
    """Who may list them may read them."""
    chart, _ = stack(app)
    for role in (*find_all(chart, "Role"), *find_all(chart, "ClusterRole")):
        for rule in role["rules"]:
            assert not {"secrets", "configmaps"} & set(rule["resources"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"agents": Namespace(name="agents")}, "ObservabilityStack.agents: got 'restricted'"),
        (
            {"logging": AGENTS},
            "ObservabilityStack.agents: got 'agents'; give agents a namespace of",
        ),
        (
            {
                "watches": [
                    Facts(
                        peers=(Peer(name="a", namespace="app", selector={"a": "b"}),),
                        service_level=ServiceLevel(),
                    )
                ]
            },
            "ObservabilityStack.watches: got 'a'; give it an indicator",
        ),
        ({"watches": [MAIL, MAIL]}, "ObservabilityStack.watches: got 'app/mail'; name each only"),
        ({"watches": [replace(MAIL, peers=(), alerts=(STUCK,))]}, "give these facts a peer"),
        ({"internet": INTERNET}, "ObservabilityStack.internet: got 'internet'; leave it out"),
        (
            {"internet": replace(INTERNET, ports=())},
            "ObservabilityStack.internet: got 'internet'; give it the port",
        ),
    ],
)
def test_fails(app: App, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        stack(app, **arguments)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: MetricsStore(storage=FAST, retention_days=180),
            "MetricsStore.retention_days: got 180",
        ),
        (
            lambda: MetricsStore(storage=FAST, retention_days=2),
            "MetricsStore.retention_days: got 2",
        ),
        (lambda: MetricsStore(storage=FAST, servers=0), "MetricsStore.servers: got 0"),
        (lambda: MetricsStore(storage=FAST, scrape_seconds=90), "use a whole number from 5 to 60"),
        (lambda: replace(ALERTING, page=NOBODY), "Alerting.page: got None"),
        (lambda: replace(ALERTING, runbooks="docs"), "Alerting.runbooks"),
        (
            lambda: replace(ALERTING, heartbeat=replace(HOOK, secret=NEWER)),
            "name one revision of a Secret",
        ),
        (lambda: replace(HOOK, secret=replace(PULSE, keys=("key",))), "include 'url'"),
        (lambda: replace(HOOK, target=replace(INTERNET, ports=())), "give it the port"),
    ],
)
def test_fails_value(make: Any, says: str) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert says in str(refused.value)


@pytest.mark.mission("B66")
def test_pods_of_others_are_scraped(app: App) -> None:
    """CoreDNS, cert-manager and the ingress controller are there already."""
    names = ("coredns_dns_responses_total",)
    dns = Neighbour(
        name="coredns",
        namespace="kube-system",
        selector={"k8s-app": "kube-dns"},
        ports=(Port(name="metrics", number=9153),),
    )
    told = MetricsEndpoint(peer=dns, port="metrics", path="/metrics", names=names)
    failing = replace(STUCK, expression='coredns_dns_responses_total{rcode="SERVFAIL"} > 5')
    watched = Facts(metrics=(told,))
    chart, observability = stack(
        app, watches=[watched], alerting=replace(ALERTING, alerts=(failing,))
    )
    (job,) = (
        job
        for job in configuration(chart)["scrape_configs"]
        if job["job_name"] == "kube-system/coredns/metrics"
    )
    (discovery,) = job["kubernetes_sd_configs"]
    assert discovery["selectors"] == [{"role": "pod", "label": "k8s-app=kube-dns"}]
    assert ("kube-system", "prometheus") in {
        (role["metadata"]["namespace"], role["metadata"]["name"])
        for role in find_all(chart, "Role")
    }
    assert ("prometheus", "coredns", 9153) in {
        (call.source.name, call.target.name, call.target_port.number)
        for call in observability.facts.calls
    }
