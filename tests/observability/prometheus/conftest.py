"""A tier that is watched in these tests."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, Autoscaling, Container
from constructs_lib.facts import PodMetric


@pytest.fixture
def api(chart: Chart) -> ApiTier:
    return ApiTier(
        chart,
        "api",
        container=Container(image="api:1.4.2"),
        scaling=Autoscaling(
            pod_metrics=(
                PodMetric(name="http_requests_in_flight", average=12),
                PodMetric(name="jobs", series="jobs_total", average=5),
            )
        ),
    )
