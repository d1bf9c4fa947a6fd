"""Mutations of objects, and which Kubernetes refuses: what `refused.json` is made of."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from constructs_lib.changes.types import Json, Type, fields_of, type_of_object

Object = dict[str, Any]
Path_ = tuple[str | int, ...]
SAMPLES = Path(__file__).with_name("samples.yaml")
TABLE = Path(__file__).parents[2] / "constructs_lib/changes/refused.json"

# Words that fields know; others take any.
_WORDS = (
    *("Always", "Never", "Retain", "Delete", "Parallel", "OrderedReady", "OnDelete", "Recreate"),
    *("RollingUpdate", "Forbid", "Allow", "Indexed", "NonIndexed", "Failed", "Filesystem", "Block"),
    *("ClusterIP", "NodePort", "ExternalName", "Local", "Cluster", "None", "ClientIP", "Immediate"),
    *("WaitForFirstConsumer", "ReadWriteMany", "NotTerminating", "Exact", "PreemptLowerPriority"),
    *("IfHealthyBudget", "kubernetes.io/basic-auth", "ClusterRole", "Role", "User", "Ephemeral"),
    *("IPv6", "PreferDualStack", "ReadWriteOnceWithFSType", "Egress", "UDP", "other", "other-one"),
    *(
        "30 1 * * *",
        "Europe/Berlin",
        "192.0.2.9",
        "192.0.2.128/25",
        "https",
        "/other",
        "Yg==",
        "Pod",
    ),
    *("example.com/other", "other.example.com", "10.96.0.21", "9", "10%"),
)
_VALUES: dict[str, Sequence[object]] = {
    "string": _WORDS,
    "bytes": ("Yg==",),
    "bool": (True, False),
    "int": (1, 2, 3, 4, 30081, 200),
    "float": (2,),
    "quantity": ("2Gi", "7"),
    "int-or-string": (1, 2, "10%", 8081),
}
# Pods are mutated as a whole, what others do to an object is no change of a file.
NOT_APPLIED = frozenset({"metadata", "status", "apiVersion", "kind"})
_LEFT_OUT = NOT_APPLIED | {"template", "jobTemplate"}


class Mutation(NamedTuple):
    """An object with one field that differs.

    Args:
        before: the object.
        after: the same with the field set, changed or unset.
        path: of the field.
        how: set, changed or unset.
    """

    before: Object
    after: Object
    path: Path_
    how: str


def samples() -> list[Object]:
    """Return an object of each kind."""
    return list(yaml.safe_load_all(SAMPLES.read_text()))


def mutations(sample: Object, *, left_out: AbstractSet[str] = _LEFT_OUT) -> Iterator[Mutation]:
    """Yield the object with each field set, changed and unset in turn.

    Args:
        sample: the object.
        left_out: fields of the object and of its spec that stay as they are.
    """
    kind = type_of_object(sample)
    if kind is None:
        return
    for path, of in _leaves(sample, kind, (), left_out):
        there = _has(sample, path)
        if there:
            without = _without(sample, path)
            yield Mutation(sample, without, path, "unset")
            yield Mutation(without, sample, path, "set")
        for value in _VALUES.get(of.leaf, ()):
            if there and _at(sample, path) == value:
                continue
            yield Mutation(sample, _with(sample, path, value), path, "changed" if there else "set")
    template = sample.get("spec", {}).get("template")
    if template:
        path = ("spec", "template", "spec", "containers", 0, "image")
        yield Mutation(sample, _with(sample, path, "registry.example.com/main:2"), path, "changed")


def _leaves(
    node: Json, kind: Type, path: Path_, left_out: AbstractSet[str]
) -> Iterator[tuple[Path_, Type]]:
    if kind.leaf:
        yield path, kind
    elif kind.is_list:
        for index, item in enumerate(node or []):
            yield from _leaves(item, kind.items or kind, (*path, index), left_out)
            yield (*path, index), Type(leaf="item")
    elif kind.items:
        for key in [*(node or {}), *(["other"] if node else [])]:
            yield from _leaves((node or {}).get(key), kind.items, (*path, key), left_out)
    else:
        if path and node is not None:
            yield path, Type(leaf="struct")
        for name, member in fields_of(kind.name).items():
            if name in left_out and len(path) < 2:
                continue
            inside = node.get(name) if isinstance(node, dict) else None
            # What is not there is set only where a word alone is a value.
            if inside is not None or (member.leaf and len(path) < 4):
                yield from _leaves(inside, member, (*path, name), left_out)


def _at(node: Json, path: Path_) -> Json:
    for key in path:
        node = node[key] if _holds(node, key) else None
    return node


def _holds(node: Json, key: str | int) -> bool:
    return (isinstance(node, dict) and key in node) or (
        isinstance(node, list) and isinstance(key, int) and key < len(node)
    )


def _has(node: Json, path: Path_) -> bool:
    return _holds(_at(node, path[:-1]), path[-1])


def _with(sample: Object, path: Path_, value: object) -> Object:
    changed = deepcopy(sample)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(sample: Object, path: Path_) -> Object:
    changed = deepcopy(sample)
    del _at(changed, path[:-1])[path[-1]]
    return changed


Rows = Sequence[dict[str, Any]]
Ask = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]


def columns(tables: Mapping[str, Rows], told_by: str) -> Rows:
    """Return the rows of several versions, with those that refuse a field where not all do.

    Args:
        tables: the rows of each, by version such as ``1.34``, the oldest first.
        told_by: the version in whose words and order they are told.
    """
    rows = {_key(row): row for row in (*tables[told_by], *chain.from_iterable(tables.values()))}
    rows |= {_key(row): row for row in tables[told_by]}
    refusing = {
        key: [version for version, those in tables.items() if key in map(_key, those)]
        for key in rows
    }
    return [
        row if len(refusing[key]) == len(tables) else {**row, "versions": refusing[key]}
        for key, row in rows.items()
    ]


def of_version(rows: Rows, version: str) -> Rows:
    """Return the rows of one version, without what is said of versions."""
    return [
        {key: value for key, value in row.items() if key != "versions"}
        for row in rows
        if version in row.get("versions", (version,))
    ]


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["kind"], row["path"]


def table(ask: Ask) -> Rows:
    """Return the rows of the table of refused fields.

    A mutation counts if the mutated object could be created, and something changes.

    Args:
        ask: asks Kubernetes what an apply does.
    """
    rows = []
    for sample in samples():
        made = [each for each in mutations(sample) if each.after is not sample]
        alone = zip(made, _asked(ask, [(None, each.after) for each in made]), strict=True)
        valid = [each for each, answer in alone if answer["accepted"]]
        valid += [each for each in mutations(sample) if each.after is sample]
        seen: dict[Path_, dict[str, dict[bool, str]]] = defaultdict(lambda: defaultdict(dict))
        answers = _asked(ask, [(each.before, each.after) for each in valid])
        for mutation, answer in zip(valid, answers, strict=True):
            message = answer.get("message", "")
            # What cannot be created, and items that kubectl cannot place, prove nothing.
            if message.startswith("before: ") or "merge key" in message:
                continue
            if not (answer["accepted"] and answer.get("unchanged")):
                path = tuple(key for key in mutation.path if isinstance(key, str))
                seen[path][mutation.how][answer["accepted"]] = answer.get("message", "")
        rows += [
            row
            for path, free, text in _collapsed(seen)
            for row in [_row(sample["kind"], path, free, text)]
            if row not in rows
        ]
    return rows


def _row(kind: str, path: Path_, free: list[str], message: str) -> dict[str, Any]:
    frozen = {"immutable": True} if "`immutable`" in message else {}
    return {
        "kind": kind,
        "path": ".".join(map(str, path)),
        "free": free,
        **frozen,
        "message": message,
    }


def _asked(ask: Ask, pairs: Sequence[tuple[Object | None, Object]]) -> list[dict[str, Any]]:
    return ask([{"before": before, "after": after} for before, after in pairs])


def _collapsed(seen: dict[Path_, Any]) -> Iterator[tuple[Path_, list[str], str]]:
    """Yield the fields that are refused, with the ways to change them that are not.

    Where all below a field is refused, it stands for what is below it.
    """
    done: list[Path_] = []
    prefixes = sorted(
        {path[:n] for path in seen for n in range(1, len(path) + 1)},
        key=lambda path: (len(path), path),
    )
    for prefix in prefixes:
        below = [
            answer
            for path, hows in seen.items()
            if path[: len(prefix)] == prefix
            for answer in hows.values()
        ]
        if any(prefix[: len(path)] == path for path in done) or any(True in a for a in below):
            continue
        done.append(prefix)
        yield prefix, [], _wording(below[0][False])
    for path, hows in seen.items():
        refused = [answer[False] for answer in hows.values() if True not in answer]
        free = sorted(how for how in hows if True in hows[how])
        # Without any way that is free, it is refused for what is below it.
        holds = any(p[: len(path)] == path for p in done) and not free
        if refused and not holds and not any(path[: len(p)] == p for p in done):
            yield path, free, _wording(refused[0])


def _wording(message: str) -> str:
    # "[a: x, b: y]" lists several; what comes after the value is what stays the same.
    last = re.sub(r'^\w+(\.\S+)? "[^"]*" is invalid: ', "", message)
    last = last.removeprefix("[").removesuffix("]")
    listed = re.search(r"for fields other than (.*) are forbidden", last)
    if listed:
        return f"only {listed[1]} may change"
    for start in (
        "field is immutable",
        "spec is immutable",
        "cannot change",
        "may not",
        "updates to",
    ):
        if start in last:
            return last[last.index(start) :].partition("\n")[0].split(", spec.", maxsplit=1)[0]
    return last.partition("\n")[0]


def written(rows: Rows) -> str:
    """Return the table as it is committed."""
    return "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n"
