"""A workload is told by the variables of OpenTelemetry where its traces go, and may call there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Namespace,
    OneOffJob,
    SecretRef,
    SecurityBaseline,
    SocketTier,
    WebTier,
    WorkerTier,
)
from constructs_lib.facts import Call, Neighbour, OtlpProtocol, Port, Tracing
from constructs_lib.testing import find
from constructs_lib.tiers.tier import Tier
from tests.tiers.ends import BROKER, CONTAINER, HOST
from tests.tiers.reading import container, env, mounts

COLLECTOR = Neighbour(
    name="collector",
    namespace="tracing",
    selector={"app.kubernetes.io/name": "opentelemetry-collector"},
    ports=(Port(name="otlp", number=4318), Port(name="otlp-grpc", number=4317)),
)
TRACING = Tracing(host="collector.tracing.svc.cluster.local", target=COLLECTOR, target_port="otlp")
VENDOR = replace(
    TRACING,
    host="otlp.example.com",
    path="/otlp",
    tls=True,
    secret=SecretRef(name="tracing", keys=("headers", "ca.crt", "tls.crt", "tls.key")),
    attributes={"deployment.environment.name": "production, EU"},
    sampled_percent=2.5,
)


@pytest.mark.parametrize(
    "tier",
    [
        ApiTier,
        partial(WebTier, host=HOST),
        partial(SocketTier, broker=BROKER),
        WorkerTier,
    ],
)
def test_all_tiers_are_told_alike(chart: Chart, tier: Callable[..., Tier]) -> None:
    made = tier(chart, "shop", container=CONTAINER, tracing=TRACING)
    told = env(chart, "shop")
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector.tracing.svc.cluster.local:4318"
    assert told["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf"
    assert told["OTEL_TRACES_SAMPLER"] == "parentbased_traceidratio"
    assert told["OTEL_TRACES_SAMPLER_ARG"] == "0.1"
    assert told["OTEL_METRICS_EXPORTER"] == told["OTEL_LOGS_EXPORTER"] == "none"
    attributes = dict(each.split("=") for each in told["OTEL_RESOURCE_ATTRIBUTES"].split(","))
    assert attributes["service.version"] == "1.4.2"
    of_pod = {
        each["name"]: each["valueFrom"]["fieldRef"]["fieldPath"]
        for each in container(chart, "shop")["env"]
        if "valueFrom" in each
    }
    assert of_pod["OTEL_SERVICE_NAME"] == "metadata.labels['app.kubernetes.io/name']"
    name = attributes["k8s.pod.name"].removeprefix("$(").removesuffix(")")
    assert of_pod[name] == "metadata.name"
    assert Call(source=made.peer, target=COLLECTOR, port="otlp") in made.facts.calls


def test_a_job_is_told_too(chart: Chart) -> None:
    job = OneOffJob(chart, "index", container=CONTAINER, tracing=TRACING)
    assert Call(source=job.peer, target=COLLECTOR, port="otlp") in job.facts.calls
    (made,) = job.job.to_json()["spec"]["template"]["spec"]["containers"]
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in [each["name"] for each in made["env"]]


def test_policies_open_the_way_to_the_collector_alone(chart: Chart, app: App) -> None:
    api = ApiTier(chart, "api", container=CONTAINER, tracing=TRACING)
    cluster = Chart(app, "cluster")
    SecurityBaseline(cluster, "baseline", namespaces=[Namespace(name="app")], constructs=[api])
    (egress,) = find(cluster, "NetworkPolicy", "api-to-collector")["spec"]["egress"]
    assert egress["ports"] == [{"port": 4318, "protocol": "TCP"}]
    (to,) = egress["to"]
    assert to["podSelector"]["matchLabels"] == COLLECTOR.selector
    assert to["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "tracing"}


def test_a_vendor_is_called_with_its_headers_and_certificates(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, tracing=VENDOR)
    told = env(chart, "api")
    assert told["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://otlp.example.com:4318/otlp"
    assert told["OTEL_TRACES_SAMPLER_ARG"] == "0.025"
    assert told["OTEL_RESOURCE_ATTRIBUTES"].endswith(
        ",deployment.environment.name=production%2C%20EU"
    )
    files = {
        "OTEL_EXPORTER_OTLP_CERTIFICATE": "ca.crt",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "tls.crt",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": "tls.key",
    }
    assert {name: told[name] for name in files} == {
        name: f"/run/secrets/tracing/{key}" for name, key in files.items()
    }
    mounted = mounts(chart, "api")["/run/secrets/tracing"]["secret"]
    assert {each["key"] for each in mounted["items"]} == set(files.values())
    (headers,) = (
        each for each in container(chart, "api")["env"] if each["name"].endswith("HEADERS")
    )
    assert headers["valueFrom"]["secretKeyRef"] == {"name": "tracing", "key": "headers"}


def test_a_container_may_say_otherwise_what_is_no_address(chart: Chart) -> None:
    own = {"OTEL_SERVICE_NAME": "orders", "OTEL_TRACES_SAMPLER": "always_on"}
    ApiTier(chart, "api", container=replace(CONTAINER, env=own), tracing=TRACING)
    assert own.items() <= env(chart, "api").items()
    elsewhere = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://elsewhere:4318"}
    with pytest.raises(ConfigurationError, match="leave it out: tracing says it"):
        ApiTier(chart, "b", container=replace(CONTAINER, env=elsewhere), tracing=TRACING)


def test_an_application_that_reads_other_variables(chart: Chart) -> None:
    read = VENDOR.read_as({"ZIPKIN": "{url}/v1/traces", "KEY": "{headers}", "CA": "{ca_file}"})
    ApiTier(chart, "api", container=CONTAINER, tracing=read)
    told = env(chart, "api")
    assert told["ZIPKIN"] == "https://otlp.example.com:4318/otlp/v1/traces"
    assert told["CA"] == "/run/secrets/tracing/ca.crt"
    assert not [name for name in told if name.startswith("OTEL_")]


def test_an_image_without_a_tag_has_no_version(chart: Chart) -> None:
    image = "registry.example.com/shop/app@sha256:" + "4f" * 32
    ApiTier(chart, "api", container=Container(image=image), tracing=TRACING)
    assert "service.version" not in env(chart, "api")["OTEL_RESOURCE_ATTRIBUTES"]


@pytest.mark.parametrize(
    ("wrong", "works"),
    [
        ({"port": 4317}, "say protocol=OtlpProtocol.GRPC too"),
        ({"protocol": OtlpProtocol.GRPC}, "say protocol=OtlpProtocol.HTTP too"),
        ({"protocol": OtlpProtocol.GRPC, "port": 4317, "path": "/otlp"}, "gRPC has its own"),
        ({"path": "otlp"}, "use a path such as"),
        ({"target_port": "http"}, "collector has one of otlp, otlp-grpc"),
        ({"sampled_percent": 101}, "use a number from 0 to 100"),
        ({"attributes": {"a=b": "c"}}, "use letters, digits"),
        ({"secret": SecretRef(name="t", keys=("token",))}, "name some of ca.crt, headers"),
        ({"secret": SecretRef(name="t", keys=("tls.crt",)), "tls": True}, "name both 'tls.crt'"),
        ({"secret": SecretRef(name="t", keys=("ca.crt",))}, "say tls=True"),
    ],
)
def test_fails_with_what_cannot_work(wrong: dict[str, object], works: str) -> None:
    with pytest.raises(ConfigurationError, match=works):
        replace(TRACING, **wrong)  # type: ignore[arg-type]
