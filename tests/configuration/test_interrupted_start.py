"""A member whose first start is interrupted begins anew; one that has started keeps what it has."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.configuration.programs.cluster import cluster
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes

LEADS = "the leader with the lock"
REMOVED = "was never finished: it is removed"
PREPARED = "psql -XAtqc \"SELECT datname FROM pg_database WHERE datname = 'shop'\""
MOMENTS: dict[str, Callable[[Path, str], bool]] = {
    "initdb has begun": lambda data, _: (data / "PG_VERSION").exists(),
    "initdb is done": lambda data, _: (data / "postmaster.pid").exists(),
    "roles are made": lambda _, said: "running post_bootstrap" in said,
}


def _kill(member: str) -> None:
    subprocess.run(("pkill", "-9", "-f", f"patroni .*{member}/patroni.yaml"), check=True)


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_first_member_begins_anew(moment: str, system: Debian, files: Files) -> None:
    with cluster(system, files, ["postgres-0"]) as alone:
        (log,) = alone.logs.values()
        is_there = MOMENTS[moment]
        data, mark = (alone.folder / "postgres-0" / name for name in ("pg18", "never-started"))
        assert becomes(lambda: is_there(data, log.read_text()), seconds=60, pause=0.001)
        _kill(f"{alone.folder.name}/postgres-0")
        with alone.started("postgres-0") as second:
            assert becomes(lambda: LEADS in second.read_text(), seconds=90), second.read_text()
            assert REMOVED in second.read_text()
            assert becomes(lambda: not mark.exists())
            assert becomes(lambda: alone.run(PREPARED) == "shop\n", seconds=60)
            _kill(f"{alone.folder.name}/postgres-0")
            with alone.started("postgres-0") as third:
                assert becomes(lambda: LEADS in third.read_text(), seconds=90), third.read_text()
                assert REMOVED not in third.read_text()
                assert becomes(lambda: alone.run(PREPARED) == "shop\n", seconds=60)
