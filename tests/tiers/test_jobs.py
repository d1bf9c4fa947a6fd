"""Jobs that run once, and jobs on a schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigurationError,
    Container,
    Namespace,
    OneOffJob,
    Schedule,
    ScheduledJob,
    SecurityBaseline,
)
from constructs_lib.facts import Call, Publisher
from constructs_lib.pods.overdue_jobs import time_for
from constructs_lib.testing import check, find
from tests.tiers.ends import BROKER, CATALOGUE, DATABASE, IMAGE, POSTGRES, REDIS

REPORT = Container(image=IMAGE, command=["shop", "send-report"])
NIGHTLY = Schedule(cron="30 3 * * *", time_zone="Europe/Berlin", deadline_seconds=600)


def test_defaults_of_a_scheduled_job(chart: Chart, manifest: SnapshotAssertion) -> None:
    ScheduledJob(chart, "report", container=REPORT, schedule=NIGHTLY)
    assert chart == manifest


def test_defaults_of_a_job_that_runs_once(chart: Chart, manifest: SnapshotAssertion) -> None:
    OneOffJob(chart, "index", container=REPORT)
    assert chart == manifest


@pytest.mark.parametrize(("tries", "ignored"), [(2, ["Ignore"]), (1, [])])
def test_a_drain_is_no_failed_try(tries: int, ignored: list[str], chart: Chart) -> None:
    schedule = replace(NIGHTLY, tries=tries)
    ScheduledJob(chart, "report", container=REPORT, schedule=schedule)
    run = find(chart, "CronJob", "report")["spec"]["jobTemplate"]["spec"]
    rules = run.get("podFailurePolicy", {"rules": []})["rules"]
    assert [rule["action"] for rule in rules] == ignored


def test_a_schedule_has_a_zone_a_deadline_and_a_history(chart: Chart) -> None:
    schedule = replace(
        NIGHTLY, tries=4, starting_deadline_seconds=3600, succeeded_kept=1, failed_kept=5
    )
    job = ScheduledJob(chart, "report", container=REPORT, schedule=schedule)
    spec = find(chart, "CronJob", "report")["spec"]
    run = spec.pop("jobTemplate")["spec"]
    assert spec == {
        "schedule": "30 3 * * *",
        "timeZone": "Europe/Berlin",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 3600,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 5,
    }
    assert (run["activeDeadlineSeconds"], run["backoffLimit"]) == (600, 3)
    (footprint,) = job.facts.footprints
    # Those that are kept, and one that runs.
    assert footprint.objects["count/jobs.batch"] == 7


def test_a_run_has_time_to_stop(chart: Chart) -> None:
    ScheduledJob(chart, "short", container=REPORT, schedule=NIGHTLY)
    ScheduledJob(chart, "long", container=REPORT, schedule=NIGHTLY, stop_seconds=600)
    for name, grace in (("short", 30), ("long", 605)):
        run = find(chart, "CronJob", name)["spec"]["jobTemplate"]["spec"]
        assert run["template"]["spec"]["terminationGracePeriodSeconds"] == grace


def test_fails_without_time_to_stop(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="stop_seconds of report: got 0"):
        ScheduledJob(chart, "report", container=REPORT, schedule=NIGHTLY, stop_seconds=0)


def test_a_day_of_a_zone_may_be_an_hour_longer() -> None:
    assert time_for(NIGHTLY) == 24 * 3600 + 600 + 3600
    assert time_for(replace(NIGHTLY, time_zone="Etc/UTC")) == 24 * 3600 + 600


def test_it_is_told_that_a_run_is_overdue(chart: Chart) -> None:
    job = ScheduledJob(chart, "report", container=REPORT, schedule=NIGHTLY)
    (overdue,) = job.facts.alerts
    assert overdue.name == "ScheduledJobOverdue"
    assert f"> {time_for(NIGHTLY)}" in overdue.expression
    assert 'cronjob=~"report"' in overdue.expression


@pytest.mark.parametrize("kind", [OneOffJob, ScheduledJob])
def test_endpoints(chart: Chart, kind: type[OneOffJob | ScheduledJob]) -> None:
    given: dict[str, Any] = {"schedule": NIGHTLY} if kind is ScheduledJob else {}
    job = kind(
        chart,
        "report",
        container=REPORT,
        database=DATABASE,
        broker=BROKER,
        upstreams={"CATALOGUE_URL": CATALOGUE},
        **given,
    )
    assert job.facts.calls == (
        Call(source=job.peer, target=CATALOGUE.target, port="http"),
        Call(source=job.peer, target=POSTGRES, port="postgres"),
        Call(source=job.peer, target=REDIS, port="redis"),
    )
    assert job.facts.databases[0].endpoint == DATABASE
    assert [use.secret.name for use in job.facts.secrets] == ["api-database"]


def test_jobs_are_sound(app: App, chart: Chart) -> None:
    jobs: list[Publisher] = [
        OneOffJob(chart, "index", container=REPORT),
        ScheduledJob(chart, "report", container=REPORT, schedule=NIGHTLY),
    ]
    SecurityBaseline(
        Chart(app, "ground"), "baseline", namespaces=[Namespace(name="app")], constructs=jobs
    )
    check(app)


@pytest.mark.parametrize("zone", ["Berlin", "Europe/Berln", "europe/berlin", "CEST", "", "Local"])
def test_fails_with_a_zone_that_there_is_not(zone: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Schedule\.time_zone.*'Europe/Berlin'"):
        Schedule(cron="0 3 * * *", time_zone=zone)


def test_fails_when_schedules_of_two_zones_must_not_overlap() -> None:
    with pytest.raises(ConfigurationError, match="use 'Europe/Berlin' here too"):
        NIGHTLY.overlaps(replace(NIGHTLY, time_zone="Asia/Tokyo"))
