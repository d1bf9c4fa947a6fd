"""The job that takes snapshots of volumes, and what it tells the others."""

from __future__ import annotations

from typing import Any

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigurationError,
    Outside,
    Port,
    ReclaimPolicy,
    SnapshotClass,
    VolumeSnapshots,
)
from constructs_lib.pods import Schedule
from constructs_lib.testing import find, find_all

HTTPS = Port(name="https", number=443)
FAST = SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.DELETE)


def snapshots(chart: Chart, **arguments: Any) -> VolumeSnapshots:  # noqa: ANN401
    """Make a job in which only these arguments are not the usual."""
    usual = {
        "claims": {"app.kubernetes.io/name": "grafana"},
        "snapshot_class": FAST,
        "api_server": Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,)),
    }
    return VolumeSnapshots(chart, "grafana-snapshots", **{**usual, **arguments})


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    snapshots(chart)
    assert chart == manifest


def test_the_usual_object(chart: Chart) -> None:
    assert snapshots(chart).cron_job.name == find_all(chart, "CronJob")[0]["metadata"]["name"]


@pytest.mark.mission("B52")
def test_it_waits_no_longer_than_it_may_run(chart: Chart) -> None:
    snapshots(
        chart,
        claims={"tier": "files", "app": "wiki"},
        schedule=Schedule(cron="0 */6 * * *", deadline_seconds=600),
        keep=28,
    )
    job = find(chart, "CronJob", "grafana-snapshots")["spec"]["jobTemplate"]["spec"]
    (container,) = job["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    assert (told["WAIT_SECONDS"], told["KEEP"]) == ("540", "28")
    assert told["CLAIMS"] == "app=wiki,tier=files"


def test_whom_it_calls(chart: Chart) -> None:
    facts = snapshots(chart).facts
    assert {call.target.name for call in facts.calls} == {"api-server"}
    assert facts.secrets == ()


@pytest.mark.mission("B52")
def test_it_is_overdue_by_its_own_schedule(chart: Chart) -> None:
    (alert,) = snapshots(chart).facts.alerts
    job = 'namespace="app",cronjob=~"grafana-snapshots"'
    assert alert.expression == (
        f"time() - max(kube_cronjob_status_last_successful_time{{{job}}} or "
        f"kube_cronjob_created{{{job}}}) > {24 * 3600 + 3600}"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"claims": {}}, r"none would mean all claims, those of databases too"),
        ({"claims": {"a b": "c"}}, r"VolumeSnapshots\.claims"),
        ({"claims": {"app": "a b"}}, r"VolumeSnapshots\.claims\['app'\]"),
        ({"keep": 0}, r"VolumeSnapshots\.keep"),
        (
            {"snapshot_class": SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.RETAIN)},
            r"SnapshotClass\.deletion_policy: got 'Retain'; use ReclaimPolicy\.DELETE",
        ),
        ({"image": "k8s:latest"}, r"Container\.image"),
    ],
)
def test_fails(chart: Chart, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        snapshots(chart, **arguments)


def test_fails_on_a_class_without_a_name() -> None:
    with pytest.raises(ConfigurationError, match=r"SnapshotClass\.name"):
        SnapshotClass(name="", deletion_policy=ReclaimPolicy.DELETE)
