"""Pods of a workload are counted as they come and go."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import fewest, most, worst_moment


def workload(kind: str, group: str = "apps/v1", **spec: Any) -> dict[str, Any]:  # noqa: ANN401
    metadata = {"name": "work", "namespace": "app"}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, "spec": spec}


def rolling(surge: Any) -> dict[str, Any]:  # noqa: ANN401 - a number or a percentage
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge}}


def autoscaler(**spec: int) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "work"}
    return workload("HorizontalPodAutoscaler", "autoscaling/v2", scaleTargetRef=target, **spec)


@pytest.mark.parametrize(
    ("manifests", "counts"),
    [
        pytest.param([workload("Deployment")], (1, 1, 3), id="one by default, and its surge"),
        pytest.param([workload("Deployment", replicas=0)], (0, 0, 0), id="none, and no surge"),
        pytest.param([workload("Deployment", replicas=9)], (9, 9, 21), id="25% surge by default"),
        pytest.param(
            [workload("Deployment", replicas=200, strategy=rolling("1%"))],
            (200, 200, 402),
            id="percentage of a whole",
        ),
        pytest.param(
            [workload("Deployment", replicas=4, strategy=rolling("30%"))],
            (4, 4, 10),
            id="percentage, rounded up",
        ),
        pytest.param(
            [workload("Deployment", replicas=4, strategy=rolling(3))], (4, 4, 11), id="number"
        ),
        pytest.param(
            [workload("Deployment", replicas=4, strategy=rolling("some"))],
            (4, 4, 8),
            id="what is no number is none",
        ),
        pytest.param(
            [workload("Deployment", replicas=4, strategy={"type": "Recreate"})],
            (4, 4, 4),
            id="recreated",
        ),
        pytest.param(
            [workload("Deployment"), autoscaler(minReplicas=2, maxReplicas=6)],
            (2, 6, 14),
            id="autoscaled",
        ),
        pytest.param(
            [workload("Deployment"), autoscaler(maxReplicas=6)],
            (1, 6, 14),
            id="autoscaled from one by default",
        ),
        pytest.param([workload("StatefulSet", replicas=3)], (3, 3, 3), id="stateful"),
        pytest.param([workload("DaemonSet")], (1, 1, 1), id="one, whatever the nodes"),
        pytest.param([workload("Job", "batch/v1")], (1, 1, 1), id="job"),
        pytest.param([workload("Job", "batch/v1", parallelism=3)], (3, 3, 3), id="parallel job"),
        pytest.param([workload("CronJob", "batch/v1")], (1, 1, 2), id="jobs that overlap"),
        pytest.param(
            [
                workload(
                    "CronJob",
                    "batch/v1",
                    concurrencyPolicy="Forbid",
                    jobTemplate={"spec": {"parallelism": 3}},
                )
            ],
            (3, 3, 3),
            id="jobs that do not",
        ),
        pytest.param([workload("Pod", "v1")], (1, 1, 1), id="pod"),
    ],
)
def test_counts_pods(manifests: list[dict[str, Any]], counts: tuple[int, int, int]) -> None:
    platform = Platform(manifests)
    (found,) = platform.workloads
    count = (fewest, most, worst_moment)
    assert tuple(each(platform, found) for each in count) == counts
