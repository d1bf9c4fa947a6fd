"""A standby cluster: what it is told while it follows, and what its promotion changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import BackupPlan, ConfigurationError
from constructs_lib.postgres import Bootstrap, EmptyDatabase, FollowedDatabase, RestoredDatabase
from constructs_lib.testing import find_all, manifests
from tests.postgres.ends import SCRATCH, SOURCE, cluster, member, patroni

FOLLOWED = FollowedDatabase(repository=SOURCE)
RESTORED = RestoredDatabase(repository=SOURCE)


def test_patroni_gets_all_from_the_other_repository(chart: Chart) -> None:
    cluster(chart, bootstrap=FOLLOWED)
    settings = patroni(chart)
    follows = settings["bootstrap"]["dcs"]["standby_cluster"]
    first, *_ = follows["create_replica_methods"]
    assert settings["postgresql"][first]["command"].endswith("/read-source.sh")
    assert settings["postgresql"][first]["no_leader"], "its first member has nobody to copy"
    assert follows["restore_command"].endswith('"%p" /scripts/read-source.sh')
    # From its promotion on.
    assert "read-source" not in settings["postgresql"]["parameters"]["restore_command"]


@pytest.mark.parametrize(
    ("bootstrap", "suspended"), [(FOLLOWED, {True}), (RESTORED, {None}), (EmptyDatabase(), {None})]
)
def test_jobs_wait_for_its_promotion(
    chart: Chart, bootstrap: Bootstrap, suspended: set[bool | None]
) -> None:
    cluster(chart, bootstrap=bootstrap)
    jobs = find_all(chart, "CronJob")
    assert len(jobs) == 6
    assert {job["spec"].get("suspend") for job in jobs} == suspended


def test_its_alerts_ask_for_no_primary_and_no_backup(chart: Chart) -> None:
    def told(id: str, **arguments: Any) -> set[str]:  # noqa: ANN401
        return {rule.name for rule in cluster(chart, id, **arguments).facts.alerts}

    usual, following = told("first"), told("second", bootstrap=FOLLOWED)
    assert following - usual == {"PatroniHasNoStandbyLeader", "PostgresqlStandbyClusterBehind"}
    assert usual - following == {
        "HaproxyHasNoAliveBackends",
        "PatroniHasNoLeader",
        "PostgresqlBackupTooOld",
        "PostgresqlNoSynchronousStandby",
        "PostgresqlReplicationLag",
        "PostgresqlRestoreNotProven",
    }
    assert told("third", bootstrap=RESTORED) == usual


def test_a_promotion_makes_and_removes_nothing() -> None:
    def made(bootstrap: Bootstrap) -> Iterator[tuple[str, str]]:
        chart = Chart(App(), "chart", namespace="shop")
        cluster(chart, bootstrap=bootstrap)
        return ((each["kind"], each["metadata"]["name"]) for each in manifests(chart))

    assert sorted(made(FOLLOWED)) == sorted(made(RESTORED))


def test_a_primary_that_followed_begins_to_archive(chart: Chart) -> None:
    for bootstrap in (FOLLOWED, RESTORED):
        here = Chart(App(), "chart", namespace="shop")
        cluster(here, bootstrap=bootstrap)
        assert patroni(here)["postgresql"]["callbacks"]["on_role_change"] == (
            "/scripts/make-stanza.sh"
        )
    cluster(chart)
    assert "on_role_change" not in patroni(chart)["postgresql"]["callbacks"]


def test_only_a_program_that_follows_keeps_it_so(chart: Chart) -> None:
    def keeper(bootstrap: Bootstrap) -> set[str]:
        here = Chart(App(), "chart", namespace="shop")
        cluster(here, bootstrap=bootstrap)
        (container,) = (
            each for each in member(here)["spec"]["containers"] if each["name"] == "credentials"
        )
        return {each["name"] for each in container["env"]}

    assert keeper(FOLLOWED) - keeper(RESTORED) == {"FOLLOWS"}
    assert keeper(RESTORED) == keeper(EmptyDatabase())


def test_fails_to_archive_where_it_reads(chart: Chart) -> None:
    plan = BackupPlan(repository=replace(SOURCE), drill_storage=SCRATCH)
    with pytest.raises(ConfigurationError, match="a path of its own"):
        cluster(chart, bootstrap=FOLLOWED, backup=plan)
