"""Fields that may not change are those that API servers refuse to change: 1.29, 1.34 and 1.37.

An API server alone will do. `python -m tests.cluster.refused FILE` writes what one refuses.
"""

from __future__ import annotations

import json

from constructs_lib.changes.versions import FREE_SINCE, Versions
from tests.changes import mutations
from tests.cluster.refused import served, table

# Fields that 1.29 drops, since their features are off in it.
_NEWER = {
    ("Job", "spec.managedBy"): (1, 34),
    ("PersistentVolumeClaim", "spec.volumeAttributesClassName"): (1, 34),
}


def test_the_refused_fields_are_those_of_its_version() -> None:
    with served() as server:
        version, rows = Versions.of(server.version, server.version).newest, table(server)
    known = {(row["kind"], row["path"]) for row in json.loads(mutations.TABLE.read_text())}
    known -= {field for field, since in _NEWER.items() if version < since}
    known |= {(kind.partition(".")[0], path) for kind, path, since in FREE_SINCE if version < since}
    assert {(row["kind"], row["path"]) for row in rows} == known
