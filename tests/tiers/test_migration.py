"""Migrations: the Job, who waits for it and how long, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Container,
    Migration,
    Namespace,
    OneOffJob,
    PodDefaults,
    RollingUpdate,
    Schedule,
    ScheduledJob,
    SecurityBaseline,
    VirtualServer,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import Call
from constructs_lib.pods import Wait
from constructs_lib.pods.replacement import PROGRESS_DEADLINE_SECONDS
from constructs_lib.rollouts import Recreate
from constructs_lib.testing import check, find, find_all
from constructs_lib.tiers import PodSettings
from tests.tiers.ends import CONTAINER, DATABASE, HOST, IMAGE, POSTGRES
from tests.tiers.reading import pod

ALEMBIC = Container(image=IMAGE, command=["alembic", "upgrade", "head"])
NEXT = "registry.example.com/shop/app:1.5.0"


def migrate(
    chart: Chart, container: Container = ALEMBIC, *, deadline_seconds: int = 900
) -> Migration:
    return Migration(
        chart,
        "migration",
        container=container,
        check=["python", "pending.py"],
        database=DATABASE,
        deadline_seconds=deadline_seconds,
    )


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    Migration(chart, "migration", container=ALEMBIC, check=["python", "pending.py"])
    assert chart == manifest


def test_each_version_runs_once(app: App) -> None:
    def name(id: str, container: Container) -> str:
        return migrate(Chart(app, id, namespace=id), container).job.name

    first = name("a", ALEMBIC)
    assert first.startswith("migration-")
    # Another image, another command: another Job. The same again: the same.
    others = {name("b", replace(ALEMBIC, image=NEXT)), name("c", replace(ALEMBIC, args=["--sql"]))}
    assert len({first, *others}) == 3
    assert name("d", ALEMBIC) == first


def test_an_apply_does_not_run_it_again(chart: Chart) -> None:
    spec = find(chart, "Job", migrate(chart).job.name)["spec"]
    # With a time to live it would vanish, and the next apply would make it anew.
    assert "ttlSecondsAfterFinished" not in spec
    assert spec["activeDeadlineSeconds"] == 900
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_new_pods_wait_for_the_check_of_their_own_image(chart: Chart) -> None:
    wait = migrate(chart).wait
    ApiTier(
        chart, "api", container=CONTAINER, database=DATABASE, workload=Workload(waits_for=[wait])
    )
    (waiting,), (serving,) = (pod(chart, "api")[kind] for kind in ("initContainers", "containers"))
    assert waiting["name"] == "wait-for-migration"
    assert waiting["command"][-2:] == ["python", "pending.py"]
    assert waiting["command"][:2] == ["sh", "-c"]
    for same in ("image", "env", "volumeMounts", "resources", "securityContext"):
        assert waiting[same] == serving[same], same
    assert not {"ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"} & set(
        waiting
    )


@pytest.mark.parametrize(
    "rollout",
    [Canary(image=NEXT), BlueGreen(active=Color.BLUE, green=NEXT)],
    ids=["canary", "blue-green"],
)
def test_each_track_waits_for_migrations_of_its_own(
    chart: Chart, rollout: Canary | BlueGreen
) -> None:
    workload = Workload(
        waits_for=[migrate(chart).wait],
        rollout=rollout,
        init_containers=[Container(image="tool:1.0.0", name="tool")],
    )
    host = replace(HOST, renderer=VirtualServer())
    ApiTier(chart, "api", container=CONTAINER, host=host, workload=workload)
    for deployment in find_all(chart, "Deployment"):
        spec = deployment["spec"]["template"]["spec"]
        tool, waiting = spec["initContainers"]
        assert waiting["image"] == spec["containers"][0]["image"]
        assert tool["image"] == "tool:1.0.0"
    assert {
        each["spec"]["template"]["spec"]["containers"][0]["image"]
        for each in find_all(chart, "Deployment")
    } == {IMAGE, NEXT}


def test_a_rollout_has_time_for_it(chart: Chart) -> None:
    wait = migrate(chart, deadline_seconds=3600).wait
    rollout = RollingUpdate(progress_deadline_seconds=500)
    ApiTier(chart, "api", container=CONTAINER, workload=Workload(waits_for=[wait], rollout=rollout))
    # Two minutes more, to be scheduled and to start.
    assert find(chart, "Deployment", "api")["spec"]["progressDeadlineSeconds"] == 500 + 3600 + 120
    WorkerTier(
        chart,
        "beat",
        container=CONTAINER,
        workload=Workload(waits_for=[wait], rollout=Recreate()),
        longest_task_seconds=25,
    )
    beat = find(chart, "Deployment", "beat")["spec"]
    assert beat["progressDeadlineSeconds"] == 600 + 30 + 3600 + 120


def test_jobs_of_the_version_wait_for_it_too(chart: Chart) -> None:
    settings = PodSettings(waits_for=[migrate(chart, deadline_seconds=900).wait])
    filled = OneOffJob(
        chart, "fill", container=CONTAINER, deadline_seconds=600, settings=settings
    ).job.to_json()["spec"]
    nightly = ScheduledJob(
        chart,
        "nightly",
        container=CONTAINER,
        schedule=Schedule(cron="0 3 * * *", deadline_seconds=600),
        settings=settings,
    )
    cron = nightly.cron_job.to_json()["spec"]["jobTemplate"]["spec"]
    for spec in (filled, cron):
        (waiting,) = spec["template"]["spec"]["initContainers"]
        assert waiting["command"][-2:] == ["python", "pending.py"]
        assert spec["activeDeadlineSeconds"] == 600 + 900 + 120
    # It is not overdue while it waits: a day, and all that a run may take.
    (overdue,) = nightly.facts.alerts
    assert f"> {86_400 + 600 + 900 + 120}" in overdue.expression


def test_a_first_apply_has_time_to_bring_the_database_up(chart: Chart) -> None:
    pauses = [
        10 * 2**number for number in range(migrate(chart).job.to_json()["spec"]["backoffLimit"])
    ]
    # Kubernetes makes none longer than six minutes. What is rolled out has ten to be there.
    assert sum(min(pause, 360) for pause in pauses) >= PROGRESS_DEADLINE_SECONDS


@pytest.mark.parametrize("repeat", [(), ("retry", "--forever", "--")])
def test_an_image_without_a_shell_repeats_the_check_otherwise(
    chart: Chart, repeat: Sequence[str]
) -> None:
    migration = Migration(
        chart, "migration", container=ALEMBIC, check=["/bin/pending"], repeat=repeat
    )
    ApiTier(chart, "api", container=CONTAINER, workload=Workload(waits_for=[migration.wait]))
    (waiting,) = pod(chart, "api")["initContainers"]
    assert waiting["command"] == [*repeat, "/bin/pending"]


def test_it_has_a_door_to_the_database_of_its_own(chart: Chart) -> None:
    migration = migrate(chart)
    assert migration.facts.calls == (Call(source=migration.peer, target=POSTGRES, port="postgres"),)
    (use,) = migration.facts.databases
    assert use.client == migration.peer
    assert migration.peer.selector["app.kubernetes.io/name"] == "migration"


def test_its_failure_is_told_of_that_version_alone(chart: Chart) -> None:
    migration = migrate(chart)
    many, failed = migration.facts.alerts
    assert failed.name == "MigrationFailed"
    assert f'job_name="{migration.job.name}"' in failed.expression
    assert many.name == "OldJobsPileUp"


def test_the_quota_has_room_for_those_before_it(app: App, chart: Chart) -> None:
    migration = migrate(chart)
    cluster = Chart(app, "ground")
    SecurityBaseline(
        cluster, "baseline", namespaces=[Namespace(name="app")], constructs=[migration]
    )
    hard = find(cluster, "ResourceQuota", "quota")["spec"]["hard"]
    assert hard["count/jobs.batch"] == str(20 + 10)
    check(app)


def test_settings_and_defaults_of_pods() -> None:
    app = App()
    PodDefaults(pod_labels={"team": "shop"}).attach(app)
    settings = PodSettings(account_annotations={"example.com/role": "migrator"})
    chart = Chart(app, "chart", namespace="app")
    made = Migration(chart, "migration", container=ALEMBIC, check=["true"], settings=settings)
    template = find(chart, "Job", made.job.name)["spec"]["template"]
    assert template["metadata"]["labels"]["team"] == "shop"
    account = find(chart, "ServiceAccount", "migration")
    assert account["metadata"]["annotations"] == {"example.com/role": "migrator"}


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("Wait.check", {"check": []}),
        ("Wait.check", {"check": ["check", "postgres://shop:hunter2@db/shop"]}),
        ("Migration.tries", {"tries": 0}),
        ("Migration.deadline_seconds", {"deadline_seconds": 0}),
        ("Migration.kept", {"kept": 0}),
        ("DatabaseEndpoint.connections", {"database": replace(DATABASE, connections=1)}),
    ],
)
def test_fails(chart: Chart, field: str, arguments: dict[str, Any]) -> None:
    given: dict[str, Any] = {"check": ["true"], **arguments}
    with pytest.raises(ConfigurationError, match=field.replace(".", r"\.")):
        Migration(chart, "migration", container=ALEMBIC, **given)


def test_anything_else_can_be_waited_for(chart: Chart) -> None:
    index = Wait(name="wait-for-index", check=["bin/index-is-there"], seconds=60)
    ApiTier(chart, "api", container=CONTAINER, workload=Workload(waits_for=[index]))
    assert [each["name"] for each in pod(chart, "api")["initContainers"]] == ["wait-for-index"]
