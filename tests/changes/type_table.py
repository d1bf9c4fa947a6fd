"""The table of types, made of all types of Kubernetes by leaving out what nobody applies."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "constructs_lib/changes/types.json"
_GROUPS = ("authentication", "authorization", "events")
_KINDS = {
    *("Binding", "ComponentStatus", "ControllerRevision", "CSINode", "Event", "Eviction", "Lease"),
    *("Node", "PodStatusResult", "RangeAllocation", "ResourceSlice", "Scale", "VolumeAttachment"),
}


def written(found: dict[str, Any]) -> str:
    """Return the table as it is committed: a line for each kind and each type."""
    kinds = {
        name: of
        for name, of in found["kinds"].items()
        if not name.startswith(_GROUPS) and name.rpartition(" ")[2] not in _KINDS
    }
    types: dict[str, dict[str, str]] = {}
    wanted = list(kinds.values())
    while wanted:
        name = wanted.pop()
        if name not in types:
            types[name] = found["types"][name]
            wanted += [match[1] for of in types[name].values() if (match := re.search("@(.*)", of))]
    return f'{{\n"kinds": {{\n{_lines(kinds)}\n}},\n"types": {{\n{_lines(types)}\n}}\n}}\n'


def _lines(rows: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(rows[name], sort_keys=True)}" for name in sorted(rows)
    )
