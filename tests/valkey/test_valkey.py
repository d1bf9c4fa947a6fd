"""Brokers and caches of Valkey, what they keep, and what they tell the others."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigurationError,
    Container,
    Namespace,
    Resources,
    SecretRef,
    SecurityBaseline,
    StorageClass,
    ValkeyBroker,
    ValkeyCache,
    WorkerTier,
)
from constructs_lib.facts import MetricsEndpoint
from constructs_lib.facts.promql import metrics_asked
from constructs_lib.testing import check, find
from constructs_lib.valkey import ValkeySecrets
from tests.tiers.reading import env

BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
CONTAINER = Container(image="registry.example.com/shop/worker:1.2.0")


def lines(chart: Chart, name: str) -> dict[str, str]:
    """Return the settings of one, by their names."""
    text = find(chart, "ConfigMap", f"{name}-settings")["data"]["valkey.conf"]
    return dict(line.split(" ", 1) for line in text.splitlines())


def test_a_broker(chart: Chart, manifest: SnapshotAssertion) -> None:
    ValkeyBroker(chart, "broker", storage=BULK)
    assert chart == manifest


def test_a_cache(chart: Chart, manifest: SnapshotAssertion) -> None:
    ValkeyCache(chart, "cache")
    assert chart == manifest


def test_a_broker_keeps_what_it_accepts_and_refuses_what_it_cannot(chart: Chart) -> None:
    ValkeyBroker(chart, "broker", storage=BULK, resources=Resources(memory="256Mi"))
    told = lines(chart, "broker")
    assert told["maxmemory"] == str(128 * 2**20)
    assert (told["appendonly"], told["maxmemory-policy"]) == ("yes", "noeviction")
    (claim,) = find(chart, "StatefulSet", "broker")["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "4Gi"


def test_a_cache_keeps_nothing_on_a_disk(chart: Chart) -> None:
    ValkeyCache(chart, "cache")
    told = lines(chart, "cache")
    assert (told["appendonly"], told["save"], told["maxmemory-policy"]) == (
        "no",
        '""',
        "allkeys-lru",
    )
    assert "volumeClaimTemplates" not in find(chart, "StatefulSet", "cache")["spec"]


def test_parameters_win(chart: Chart) -> None:
    ValkeyBroker(chart, "broker", storage=BULK, parameters={"appendfsync": "always"})
    assert lines(chart, "broker")["appendfsync"] == "always"


def test_a_worker_is_told_all_that_it_needs(app: App, chart: Chart) -> None:
    broker = ValkeyBroker(chart, "broker", storage=BULK)
    cache = ValkeyCache(chart, "cache")
    worker = WorkerTier(
        chart, "worker", container=CONTAINER, broker=broker.endpoint, cache=cache.endpoint
    )
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        storage=[BULK],
        constructs=[broker, cache, worker],
    )
    check(app)
    told = env(chart, "worker")
    assert told["BROKER_HOST"] == "broker.app.svc.cluster.local"
    assert told["BROKER_TLS"] == "true"
    assert told["BROKER_PASSWORD_FILE"] == "/run/secrets/broker/password"
    assert told["CACHE_CA_FILE"] == "/run/secrets/cache/ca.crt"
    called = {(call.target.name, call.port) for call in worker.facts.calls}
    assert called == {("broker", "valkey"), ("cache", "valkey")}


def test_its_certificate_is_for_the_names_that_it_is_called_by(chart: Chart) -> None:
    (asked,) = ValkeyBroker(chart, "broker", storage=BULK).facts.certificates
    assert asked.secret.name == "broker-certificate"
    assert "broker.app.svc.cluster.local" in asked.dns_names
    # Where the exporter and the probe ask.
    assert "localhost" in asked.dns_names


def test_alerts_and_panels_ask_for_what_is_told(chart: Chart) -> None:
    for made in (ValkeyBroker(chart, "broker", storage=BULK), ValkeyCache(chart, "cache")):
        (endpoint,) = made.facts.metrics
        assert isinstance(endpoint, MetricsEndpoint)
        (shown,) = made.facts.dashboards
        assert shown.shown_of(endpoint.names) == shown
        for alert in made.facts.alerts:
            assert metrics_asked(alert.expression) <= set(endpoint.names)


def test_only_a_broker_alerts_when_it_is_full(chart: Chart) -> None:
    broker, cache = ValkeyBroker(chart, "broker", storage=BULK), ValkeyCache(chart, "cache")
    assert "ValkeyMemoryNearlyFull" in [each.name for each in broker.facts.alerts]
    assert "ValkeyMemoryNearlyFull" not in [each.name for each in cache.facts.alerts]


def test_secrets_of_other_names(chart: Chart) -> None:
    secrets = ValkeySecrets(
        client=SecretRef(name="queue", keys=("password", "ca.crt")),
        monitor=SecretRef(name="queue-exporter", keys=("password",)),
        certificate=SecretRef(name="queue-tls", keys=("tls.crt", "tls.key", "ca.crt")),
    )
    broker = ValkeyBroker(chart, "broker", storage=BULK, secrets=secrets)
    assert broker.endpoint.secret == secrets.client
    assert {use.secret.name for use in broker.facts.secrets} == {
        "queue",
        "queue-exporter",
        "queue-tls",
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"size": "1Gi", "resources": Resources(memory="1Gi")},
            r"ValkeyBroker\.size: got '1Gi'; use at least 2048Mi, 4 times what it keeps",
        ),
        ({"parameters": {"maxmemory": "1gb"}}, r"'maxmemory'\]: got '1gb'; leave it out"),
        ({"parameters": {"Port": "6379"}}, r"'Port'\]: got '6379'; leave it out"),
        ({"parameters": {"save": ""}}, r"'save'\]: got ''; write the value"),
        ({"parameters": {"timeout": "1\nuser eve on"}}, r"'timeout'\]: got .*one parameter"),
        ({"parameters": {"masterauth-password": "s3cr3t"}}, "hidden"),
    ],
)
def test_fails(chart: Chart, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        ValkeyBroker(chart, "broker", **{"storage": BULK, **arguments})


def test_fails_on_a_secret_without_its_keys() -> None:
    tls = SecretRef(name="tls", keys=("tls.crt", "tls.key", "ca.crt"))
    password = SecretRef(name="queue", keys=("password",))
    with pytest.raises(ConfigurationError, match=r"ValkeySecrets\.client: got .*'ca\.crt'"):
        ValkeySecrets(client=password, monitor=password, certificate=tls)
    shared = SecretRef(name="queue", keys=("password", "ca.crt"))
    with pytest.raises(ConfigurationError, match=r"ValkeySecrets\.monitor: .*with that of client"):
        ValkeySecrets(client=shared, monitor=password, certificate=tls)
