"""A member that is alone waits for no standby."""

from __future__ import annotations

from tests.configuration.programs.cluster import cluster
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.postgresql import Files
from tests.configuration.programs.waiting import becomes

LOOKS = "the leader with the lock"


def test_it_confirms_its_own_commits(system: Debian, files: Files) -> None:
    with cluster(system, files, ["postgres-0"]) as alone:
        (log,) = alone.logs.values()
        # Who confirms is settled after a look or two.
        assert becomes(lambda: log.read_text().count(LOOKS) > 3, seconds=90), log.read_text()
        # PostgreSQL warns where it gives up to wait.
        asked = ("SET statement_timeout = '5s'", "CREATE TABLE kept AS SELECT 1 AS n")
        told = alone.run("psql -XAtq" + "".join(f' -c "{each}"' for each in asked))
        assert told == ""
