"""Autoscalers get the metrics that they name from Prometheus, by way of the adapter."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.facts import ExternalMetric, PodMetric
from constructs_lib.observability.prometheus.prometheus_adapter import adapter_yaml
from constructs_lib.quantities import parse
from tests.configuration.programs.answers import answer
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.pods import pods
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.prometheus_adapter import (
    EXTERNAL,
    Adapter,
    prometheus_adapter,
)
from tests.configuration.programs.waiting import becomes

Files = Mapping[str, Mapping[str, str]]
Objects = Sequence[Mapping[str, Any]]
pytestmark = pytest.mark.usefixtures("go")
AUTOSCALER = "kube-system/horizontal-pod-autoscaler"


def one(objects: Objects, kind: str, name: str) -> Mapping[str, Any]:
    (found,) = (
        each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found


@pytest.fixture
def rules(files: Files) -> str:
    """Return the configuration of the adapter."""
    return files["prometheus-adapter-configuration"]["config.yaml"]


@pytest.fixture
def prometheus(system: Debian, folder: Path, objects: Objects) -> Iterator[str]:
    """Give a Prometheus that has of each pod a number of its own, and a counter of thrice that."""
    expressions = dict.fromkeys(named(objects).values(), "vector({})")
    expressions["jobs_total"] = "vector(3 * {} * time())"
    records = [
        {
            "record": metric,
            "expr": expression.format(number),
            "labels": {"namespace": pod["metadata"]["namespace"], "pod": pod["metadata"]["name"]},
        }
        for number, pod in enumerate(pods(objects))
        for metric, expression in expressions.items()
    ]
    (folder / "rules.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "numbers", "interval": "1s", "rules": records}]})
    )
    (folder / "prometheus.yml").write_text("rule_files: [rules.yml]")
    address = f"127.0.0.1:{free_port()}"
    command = (
        "prometheus",
        f"--config.file={system.inside(folder / 'prometheus.yml')}",
        f"--storage.tsdb.path={system.inside(folder / 'data')}",
        f"--web.listen-address={address}",
    )
    with system.running(*command):
        # The adapter asks what there is when it starts, and then once a minute.
        answer(f"http://{address}/api/v1/query?query=jobs_total", '"pod"')
        yield f"http://{address}"


def named(objects: Objects) -> dict[str, str]:
    """Return the metric of pods that each autoscaler names, by the Deployment that it scales."""
    return {
        each["spec"]["scaleTargetRef"]["name"]: metric["pods"]["metric"]["name"]
        for each in objects
        if each["kind"] == "HorizontalPodAutoscaler"
        for metric in each["spec"]["metrics"]
        if metric["type"] == "Pods"
    }


def values(adapter: Adapter, workload: Mapping[str, Any], metric: str) -> dict[str, str]:
    """Return what an autoscaler of a workload is told of each pod, once it is told anything."""
    labels = workload["spec"]["selector"]["matchLabels"]
    selector = "%2C".join(f"{name}%3D{value}" for name, value in sorted(labels.items()))
    namespace = workload["metadata"]["namespace"]
    path = f"/namespaces/{namespace}/pods/%2A/{metric}?labelSelector={selector}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            status, told = adapter.ask(AUTOSCALER, path)
        except OSError:
            status, told = 0, None
        if status == 200 and told["items"]:
            return {item["describedObject"]["name"]: item["value"] for item in told["items"]}
        time.sleep(0.5)
    raise TimeoutError(f"{told} {adapter.log.read_text()[-3000:]}")


@pytest.mark.mission("B48")
def test_autoscalers_get_what_they_name(
    tmp_path: Path, rules: str, prometheus: str, objects: Objects
) -> None:
    cluster, workload = pods(objects), one(objects, "Deployment", "prometheus-adapter")
    assert len(named(objects)) > 1
    with prometheus_adapter(tmp_path, workload, rules, prometheus, cluster, objects) as adapter:
        for name, metric in named(objects).items():
            scaled = one(objects, "Deployment", name)
            expected = {
                pod["metadata"]["name"]: str(number)
                for number, pod in enumerate(cluster)
                if pod["metadata"]["labels"].items() >= labels_of(scaled).items()
            }
            assert len(expected) == 3
            assert values(adapter, scaled, metric) == expected
            path = f"/namespaces/app/pods/%2A/{metric}"
            assert adapter.ask("app/api", path)[0] == 403
        assert adapter.ask(AUTOSCALER, "/namespaces/app/pods/%2A/jobs")[0] == 403


def labels_of(workload: Mapping[str, Any]) -> Mapping[str, str]:
    labels: Mapping[str, str] = workload["spec"]["selector"]["matchLabels"]
    return labels


@pytest.mark.mission("B48")
def test_of_a_counter_they_get_the_rate(tmp_path: Path, prometheus: str, objects: Objects) -> None:
    metric = PodMetric(name="http_requests_in_flight", average=1, series="jobs_total")
    rules = adapter_yaml([metric], scrape_seconds=2)
    cluster, workload = pods(objects), one(objects, "Deployment", "prometheus-adapter")
    scaled = one(objects, "Deployment", "api")
    with prometheus_adapter(tmp_path, workload, rules, prometheus, cluster, objects) as adapter:
        told = values(adapter, scaled, metric.name)
    number = {pod["metadata"]["name"]: at for at, pod in enumerate(cluster)}
    assert len(told) == 3
    for name, value in told.items():
        # Less than three times its number while the counter is younger than the window.
        assert 0 < parse(value) <= 3 * number[name]


def test_they_get_metrics_of_other_things(
    tmp_path: Path, prometheus: str, objects: Objects
) -> None:
    queues = ExternalMetric(name="queued", query="sum(jobs_total > bool 0) * 10", average=5)
    rules = adapter_yaml([], 15, [queues])
    cluster, workload = pods(objects), one(objects, "Deployment", "prometheus-adapter")
    # As the stack lets them, where a construct names a metric of other things.
    rights = [
        {
            **each,
            "rules": [{"apiGroups": [EXTERNAL], "resources": ["queued"], "verbs": ["get", "list"]}],
        }
        for each in objects
        if each["kind"] == "Role" and each["metadata"]["name"] == "horizontal-pod-autoscaler"
    ]
    others = [each for each in objects if each["kind"] != "Role"]
    with prometheus_adapter(
        tmp_path, workload, rules, prometheus, cluster, [*others, *rights]
    ) as adapter:
        path = "/namespaces/app/queued"

        def told() -> bool:
            try:
                return adapter.ask(AUTOSCALER, path, EXTERNAL)[0] == 200
            except OSError:
                return False

        assert becomes(told, seconds=60), adapter.log.read_text()[-2000:]
        (item,) = adapter.ask(AUTOSCALER, path, EXTERNAL)[1]["items"]
        # All pods but the first, whose counter stays at zero.
        assert item["value"] == str(10 * (len(cluster) - 1))
        assert adapter.ask("app/api", path, EXTERNAL)[0] == 403


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("metricsQuery", "metricQuery", "metricQuery"),
        ("<<.LabelMatchers>>", "<<.LabelMatchers", "bad character"),
        ("resource: pod", "resource: podd", "podd"),
    ],
)
def test_a_wrong_rule_is_refused(
    tmp_path: Path, rules: str, objects: Objects, old: str, new: str, says: str
) -> None:
    assert old in rules
    workload = one(objects, "Deployment", "prometheus-adapter")
    wrong = rules.replace(old, new)
    nobody = "http://127.0.0.1:1"
    with prometheus_adapter(tmp_path, workload, wrong, nobody, [], objects) as adapter:
        assert becomes(lambda: says in adapter.log.read_text(), seconds=60)
