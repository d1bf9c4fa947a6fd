"""Fields that may not change are those that API servers refuse to change: 1.29, 1.34 and 1.37.

An API server alone will do. `python -m tests.cluster.refused FILE` writes what one refuses.
"""

from __future__ import annotations

import json

from tests.changes import mutations
from tests.cluster.refused import served, table


def test_the_refused_fields_are_those_of_its_version() -> None:
    with served() as server:
        asked, rows = server.version, table(server)
    committed = mutations.of_version(json.loads(mutations.TABLE.read_text()), asked)
    assert {(row["kind"], row["path"]) for row in rows} == {
        (row["kind"], row["path"]) for row in committed
    }
