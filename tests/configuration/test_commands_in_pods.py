"""The database does what pages tell an administrator to run in its pods."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.configuration.programs.cluster import Cluster, cluster
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files
from tests.documentation.pages import PAGES, in_pods, place

SHOWN = {place(page): lines for page in PAGES if (lines := in_pods(page))}


@pytest.fixture(scope="module")
def database(system: Debian, files: Files) -> Iterator[Cluster]:
    with cluster(system, files) as running:
        yield running


def test_a_parameter_is_changed(database: Cluster) -> None:
    edit, look, *restarts = SHOWN["docs/how-to/change-a-parameter-of-the-database.md"]
    database.leader()
    database.run(edit)
    database.until(look, lambda text: text.count("->400") == 2)
    for restart in restarts:
        assert "Success: restart on member" in database.run(restart)
    database.until(look, lambda text: "->400" not in text)


@pytest.mark.mission("B79")
def test_the_primary_is_chosen(database: Cluster) -> None:
    look, switch = SHOWN["docs/how-to/switch-the-primary.md"]
    if database.leader() == "postgres-1":  # either of them came first
        database.run("patronictl switchover --leader postgres-1 --candidate postgres-0 --force")
    assert database.leader() == "postgres-0"
    database.until(look, lambda text: "Quorum Standby" in text)
    database.run(switch)
    assert database.leader() == "postgres-1"


def test_which_member_waits_for_a_restart_is_seen(database: Cluster) -> None:
    database.leader()
    look, *restarts = SHOWN["docs/runbooks/postgres-restart.md"]
    assert "Pending restart reason" in database.run(look)
    for restart in restarts:
        assert "Error" not in database.run(restart)
    for page in ("postgres-primary", "postgres-standby-cluster"):
        (members,) = SHOWN[f"docs/runbooks/{page}.md"]
        assert "Leader" in database.run(members)


def test_what_is_in_the_repository_is_listed(system: Debian) -> None:
    (look,) = SHOWN["docs/how-to/back-up-the-database.md"]
    assert system.run(*look.split(), user="postgres").stdout.startswith("stanza: db")


def test_no_page_is_left_out() -> None:
    assert len(SHOWN) == 6
