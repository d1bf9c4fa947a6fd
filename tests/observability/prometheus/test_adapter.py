"""What autoscalers are told of the metrics of pods."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from cdk8s import App
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ApiTier, ConfigurationError, MetricsStore
from constructs_lib.facts import PodMetric
from constructs_lib.testing import find, find_all, manifests
from tests.observability.prometheus.ends import FAST, stack


@pytest.mark.parametrize(
    ("seconds", "window"), [(15, "60s"), (60, "240s")], ids=("often", "seldom")
)
def test_rates_are_over_four_samples(app: App, api: ApiTier, seconds: int, window: str) -> None:
    chart, _ = stack(
        app,
        watches=[api],
        metrics=MetricsStore(storage=FAST, scrape_seconds=seconds, series=20_000),
    )
    text = find(chart, "ConfigMap", "prometheus-adapter-configuration")["data"]["config.yaml"]
    assert f"[{window}]" in text


def test_the_adapter(app: App, api: ApiTier, manifest: SnapshotAssertion) -> None:
    chart, _ = stack(app, watches=[api])
    names = (
        "monitoring-prometheus-adapter",
        "prometheus-adapter",
        "v1beta1.custom",
        "horizontal-pod-autoscaler",
    )
    assert [
        each for each in manifests(chart) if each["metadata"]["name"].startswith(names)
    ] == manifest


@pytest.mark.mission("B48")
def test_autoscalers_get_the_metrics_that_they_name(app: App, api: ApiTier) -> None:
    chart, _ = stack(app, watches=[api])
    text = find(chart, "ConfigMap", "prometheus-adapter-configuration")["data"]["config.yaml"]
    found = {rule["name"]["as"]: rule["metricsQuery"] for rule in yaml.safe_load(text)["rules"]}
    assert found == {
        "http_requests_in_flight": "sum by (<<.GroupBy>>) (<<.Series>>{<<.LabelMatchers>>})",
        "jobs": "sum by (<<.GroupBy>>) (rate(<<.Series>>{<<.LabelMatchers>>}[120s]))",
    }
    role = find(chart, "Role", "horizontal-pod-autoscaler", "app")
    assert role["rules"][0]["resources"] == ["pods/http_requests_in_flight", "pods/jobs"]


@pytest.mark.mission("B136")
def test_fails_with_a_metric_that_nobody_exposes(app: App, api: ApiTier) -> None:
    own = replace(api.facts, pod_metrics=(PodMetric(name="orders_waiting", average=6),))
    says = r"Facts\.pod_metrics: got 'orders_waiting'; name it in MetricsEndpoint\.names"
    with pytest.raises(ConfigurationError, match=says):
        stack(app, watches=[own])


def test_no_adapter_where_nobody_asks(app: App) -> None:
    chart, _ = stack(app)
    assert find_all(chart, "APIService") == []
