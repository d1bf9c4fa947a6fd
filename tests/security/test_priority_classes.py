"""The classes that pods are ordered by."""

from __future__ import annotations

from cdk8s import Chart

from constructs_lib import Namespace, SecurityBaseline
from constructs_lib.pods import PriorityClasses
from constructs_lib.testing import find_all


def values(chart: Chart, classes: PriorityClasses | None) -> dict[str, int]:
    SecurityBaseline(
        chart,
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[],
        priority_classes=classes,
    )
    made = find_all(chart, "PriorityClass")
    return {each["metadata"]["name"]: each["value"] for each in made}


def test_the_database_stays_and_jobs_wait(cluster: Chart) -> None:
    made = values(cluster, PriorityClasses())
    assert sorted(made, key=lambda name: -made[name]) == [
        "database",
        "application",
        "observability",
        "job",
    ]
    assert made["job"] < 0 < made["observability"]


def test_one_class_may_stand_for_two(cluster: Chart) -> None:
    made = values(cluster, PriorityClasses(database="critical", application="critical"))
    assert made["critical"] == 100_000
    assert len(made) == 3


def test_none(cluster: Chart) -> None:
    assert values(cluster, None) == {}
