"""Each part of a stack is given what is said, and as many servers of it run."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    Resources,
    Tls,
)
from constructs_lib.facts import PodMetric
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import fewest
from constructs_lib.observability import ObservabilityImages, ObservabilitySizes, Servers
from constructs_lib.testing import find, manifests
from tests.observability.prometheus.ends import INTERNET, stack


def test_each_part_has_its_size(app: App) -> None:
    host = Host(name="api.example.com", tls=Tls(secret_name="api-tls"), renderer=NginxIngress())
    load = PodMetric(name="http_requests_in_flight", average=6)
    api = ApiTier(
        Chart(app, "api", namespace="app"),
        "api",
        container=Container(image="api:1.4.2"),
        host=host,
        scaling=Autoscaling(pod_metrics=(load,)),
    )
    given: dict[str, Any] = {}
    for number, field in enumerate(fields(ObservabilitySizes)):
        resources = Resources(cpu=f"{110 + number}m")
        several = isinstance(field.default, Servers)
        given[field.name] = Servers(count=5, resources=resources) if several else resources
    sizes = ObservabilitySizes(**given)
    chart, _ = stack(app, watches=[api], internet=INTERNET, sizes=sizes)
    platform = Platform(manifests(chart))
    found = {
        workload.name: (fewest(platform, workload), container["resources"]["requests"]["cpu"])
        for workload in platform.workloads
        for container in workload.containers
        if workload.runs_for_long
    }
    for name, size in given.items():
        count, resources = (size.count, size.resources) if isinstance(size, Servers) else (1, size)
        part = "blackbox" if name == "blackbox_exporter" else name.replace("_", "-")
        assert found.pop(part) == (count, resources.cpu), name
    # What other values say the sizes of.
    assert found.keys() == {"prometheus", "grafana", "elasticsearch"}


def test_each_image_has_a_size() -> None:
    said = {field.name for field in fields(ObservabilitySizes)}
    images = {field.name for field in fields(ObservabilityImages)}
    assert images - said == {"prometheus", "grafana", "elasticsearch"}
    assert said <= images


@pytest.mark.parametrize(
    ("memory", "java", "node"), [("1Gi", "512m", 768), ("4Gi", "2g", 3072), ("1G", "476m", 715)]
)
def test_heaps_follow_the_memory(app: App, memory: str, java: str, node: int) -> None:
    large = Servers(count=1, resources=Resources(memory=memory))
    chart, _ = stack(app, sizes=replace(ObservabilitySizes(), logstash=large, kibana=large))
    told = {
        variable["name"]: variable.get("value")
        for kind, name in (("StatefulSet", "logstash"), ("Deployment", "kibana"))
        for variable in find(chart, kind, name)["spec"]["template"]["spec"]["containers"][0]["env"]
    }
    assert told["LS_JAVA_OPTS"] == f"-Xms{java} -Xmx{java}"
    assert told["NODE_OPTIONS"] == f"--max-old-space-size={node}"


def test_alertmanagers_are_told_of_each_other(app: App) -> None:
    one = replace(ObservabilitySizes().alertmanager, count=1)
    chart, _ = stack(app, sizes=ObservabilitySizes(alertmanager=one))
    pod = find(chart, "StatefulSet", "alertmanager")["spec"]["template"]["spec"]
    peers = [arg for arg in pod["containers"][0]["args"] if arg.startswith("--cluster.peer=")]
    (peer,) = peers
    assert peer.startswith("--cluster.peer=alertmanager-0.")
    told = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    assert "alertmanager-0." in told
    assert "alertmanager-1." not in told


def test_fails_without_a_server() -> None:
    with pytest.raises(ConfigurationError, match=r"Servers\.count: got 0"):
        Servers(count=0, resources=Resources())
