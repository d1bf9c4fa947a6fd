"""A cluster follows the repository of another one, and takes its place when it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from cdk8s import Chart

from constructs_lib.postgres import FollowedDatabase
from constructs_lib.testing import find_all
from tests.configuration.programs.cluster import Cluster, cluster
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes
from tests.postgres.ends import SOURCE
from tests.postgres.ends import cluster as written

FOLLOWS = {"FOLLOWS": "y"}
COUNT = "SELECT count(*) FROM kept"


@pytest.fixture
def following(chart: Chart) -> Files:
    written(chart, bootstrap=FollowedDatabase(repository=SOURCE))
    return {each["metadata"]["name"]: each["data"] for each in find_all(chart, "ConfigMap")}


def repositories(system: Debian, folder: Path, **names: str) -> Mapping[str, str]:
    """Make folders for repositories, by the file that says of them."""
    made = {f"{file}.conf": folder / name for file, name in names.items()}
    for path in made.values():
        path.mkdir(exist_ok=True)
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    return {file: system.inside(path) for file, path in made.items()}


def ask(here: Cluster, statement: str, member: str = "postgres-0", database: str = "shop") -> str:
    line = f'psql -XAtq -U postgres -d {database} -c "{statement}"'
    return here.run(line, member=member).strip()


def says(here: Cluster, statement: str, answer: str, member: str = "postgres-0") -> bool:
    try:
        return ask(here, statement, member) == answer
    except RuntimeError:
        return False


@pytest.mark.mission("B85")
@pytest.mark.mission("B113")
def test_it_follows_and_is_promoted(
    system: Debian, folder: Path, files: Files, following: Files
) -> None:
    first = repositories(system, folder, pgbackrest="first")
    second = repositories(system, folder, pgbackrest="second", source="first")
    with ExitStack() as lost:
        there = lost.enter_context(cluster(system, files, ["postgres-0"], repositories=first))
        assert becomes(lambda: says(there, "SELECT 1", "1"), seconds=90), there.logs
        ask(there, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        there.until("pgbackrest info", lambda text: "no valid backups" in text)
        there.run("pgbackrest --stanza=db --type=full backup")
        with cluster(system, following, repositories=second, env=FOLLOWS) as here:
            here.until(
                "patronictl list", lambda text: "Standby Leader" in text and "streaming" in text
            )
            ask(there, "INSERT INTO kept SELECT generate_series(1, 10)")
            ask(there, "SELECT pg_switch_wal()")
            for member in here.ports:
                assert becomes(partial(says, here, COUNT, "1010", member), seconds=60), here.logs
            with pytest.raises(RuntimeError, match="read-only"):
                ask(here, "INSERT INTO kept VALUES (1)")
            lost.close()
            # As in the first pod whose program follows nobody.
            with here.watched("postgres-1", {}) as log:
                leader = here.leader()
                assert "the cluster follows nobody any more" in log.read_text()
            ask(here, "INSERT INTO kept VALUES (1)", leader)
            assert ask(here, COUNT, leader) == "1011"
            # It has a stanza, and archives what it writes.
            here.until("pgbackrest info", lambda text: "no valid backups" in text)
            here.run("pgbackrest --stanza=db check", member=leader)
            here.run("pgbackrest --stanza=db --type=full backup", member=leader)
