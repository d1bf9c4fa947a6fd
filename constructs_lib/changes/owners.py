"""Who says which field of an object that lives: its managed fields, as the API server keeps them.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import FieldChange
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings

Node = dict[str, Any]
_APPLIES = ("kubectl", "Apply")
# What a client-side apply said becomes that of the first server-side one.
_TAKEN_OVER = "kubectl-client-side-apply"


class FieldOwner(NamedTuple):
    """Somebody who says fields of an object.

    Args:
        name: of the manager.
        fields: that it says, as the API server writes them.
        is_ours: whether it is `kubectl apply --server-side`, or what that takes over.
    """

    name: str
    fields: Node
    is_ours: bool


def owners(live: Manifest) -> Iterator[FieldOwner]:
    """Yield who says fields of an object; nobody where its managed fields were left out."""
    for entry in mappings(live, "metadata", "managedFields"):
        name, how = field(entry, "manager", default=""), field(entry, "operation", default="")
        is_ours = (name, how) == _APPLIES or name == _TAKEN_OVER
        yield FieldOwner(name, mapping(entry, "fieldsV1"), is_ours)


def applied_by_us(live: Manifest) -> Node | None:
    """Return what the last server-side apply said; None if there was none that is known."""
    for entry in mappings(live, "metadata", "managedFields"):
        if (entry.get("manager"), entry.get("operation")) == _APPLIES:
            said: Node = _said(live, mapping(entry, "fieldsV1"))
            names = {k: v for k, v in live["metadata"].items() if k in {"name", "namespace"}}
            kind = {key: live[key] for key in ("apiVersion", "kind")}
            return {**said, **kind, "metadata": {**mapping(said, "metadata"), **names}}
    return None


def _said(live: Json, fields: Node) -> Json:
    """Return the part of a node that somebody says."""
    inside = {key: below for key, below in fields.items() if key != "."}
    if not inside:
        return live
    if isinstance(live, list):
        parts = ((_item(live, key), below) for key, below in inside.items())
        return [_said(item, below) for item, below in parts if item is not None]
    found = {key.removeprefix("f:"): below for key, below in inside.items()}
    return {name: _said(live[name], below) for name, below in found.items() if name in live}


def _item(items: Json, key: str) -> Json:
    """Return the item of a list that a key such as ``k:{"name":"api"}`` means, or None."""
    kind, _, text = key.partition(":")
    if not isinstance(items, list) or kind not in {"k", "v"}:
        return None
    wanted = json.loads(text)
    if kind == "v":
        return wanted if wanted in items else None
    # A key that is not written has its default, such as the protocol of a port.
    return next(
        (each for each in items if all(each.get(k, v) == v for k, v in wanted.items())), None
    )


def taken_from(owner: FieldOwner, live: Json, asked: Json, written: Json) -> list[FieldChange]:
    """Return the fields that somebody says and that a file says otherwise.

    Args:
        owner: who says them.
        live: the object as it lives.
        asked: the object as the file says it, with its defaults.
        written: the same, as it is written: what it leaves out it takes from nobody.
    """
    return list(_taken(owner.fields, (live, asked, written), ""))


def _taken(fields: Node, nodes: tuple[Json, Json, Json], path: str) -> Iterator[FieldChange]:
    for key, below in fields.items():
        name = key.removeprefix("f:")
        if key.startswith("f:") and isinstance(nodes[2], dict) and name in nodes[2]:
            live, asked, written = ((node or {}).get(name) for node in nodes)
            inside = f"{path}.{name}" if path else name
        elif key.startswith("k:") and _item(nodes[2], key) is not None:
            live, asked, written = (_item(node, key) for node in nodes)
            inside = f"{path}[{next(iter(json.loads(key[2:]).values()))}]"
        else:
            continue
        if any(each != "." for each in below):
            yield from _taken(below, (live, asked, written), inside)
        # Of a map or an item with a dot alone, only that it is there is said.
        elif live != asked and "." not in below:
            yield FieldChange(inside, live, asked)
