"""Cases: a change of some objects of `world.yaml`, and what it means.

A case of `whole.yaml` has the objects `before` and `after` themselves. Any other has `says`, `of`
(objects that are there, by kind and name), `patch` (by object, what is set; null unsets, and an
item of a list is found by its name or its place), `add` and `remove` (objects), and what is
`found`: for each object its outcome, if it is not `updated`, and its verdicts. Objects of its own
are `here`, before and after, or `come`.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Object = dict[str, Any]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HERE = Path(__file__).parent


class Case(NamedTuple):
    """A change.

    Args:
        says: what it is, in words.
        before: the objects before it.
        after: the objects after it.
        found: outcome and verdicts by object.
        deploys: how the files come into the cluster.
        told: the worst verdict that it got when it was new, if that was another one; or empty.
    """

    says: str
    before: list[Object]
    after: list[Object]
    found: dict[str, tuple[str, frozenset[str]]]
    deploys: str
    told: str = ""


def cases() -> list[Case]:
    """Return the cases of all files."""
    files = [*sorted((HERE / "pairs").glob("*.yaml")), HERE / "whole.yaml"]
    return [case for file in files for case in cases_of(file)]


def cases_of(file: Path) -> list[Case]:
    """Return the cases of a file."""
    return [_case(written) for written in yaml.load(file.read_text(), _Loader)]  # noqa: S506 - it is a safe one


@cache
def world() -> dict[str, Object]:
    """Return the objects by kind and name."""
    documents = yaml.safe_load_all((HERE / "world.yaml").read_text())
    return {f"{each['kind']} {each['metadata']['name']}": each for each in documents}


def named(manifest: Object) -> str:
    """Return how a report calls an object."""
    metadata = manifest["metadata"]
    path = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    return f"{manifest['kind']} {path}"


def patched(node: Any, patch: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Return a part of an object with a patch."""
    if isinstance(node, list) and isinstance(patch, dict):
        items = list(node)
        for key, value in patch.items():
            found = [i for i, item in enumerate(items) if _is_called(item, i, key)]
            if value is None:
                items = [item for i, item in enumerate(items) if i not in found]
            elif found:
                items[found[0]] = patched(items[found[0]], value)
            else:
                items.append({"name": key, **value})
        return items
    if isinstance(node, dict) and isinstance(patch, dict):
        merged = {key: value for key, value in node.items() if patch.get(key, value) is not None}
        for key, value in patch.items():
            if value is not None:
                merged[key] = patched(node.get(key), value)
        return merged
    return patch


def _is_called(item: Any, place: int, key: object) -> bool:  # noqa: ANN401 - whatever YAML holds
    name = (
        item.get("name", item.get("metadata", {}).get("name")) if isinstance(item, dict) else item
    )
    return key in (name, place)


def _case(written: Object) -> Case:
    found = {
        name: (says.get("outcome", "updated"), frozenset(_listed(says["verdicts"])))
        if isinstance(says, dict)
        else ("updated", frozenset(says.split()))
        for name, says in written["found"].items()
    }
    deploys, told = written.get("deploys", "apply"), written.get("told", "")
    if "before" in written:
        return Case(written["says"], written["before"], written["after"], found, deploys, told)
    patches = written.get("patch", {})
    before = deepcopy(written.get("here", []))
    own = {f"{each['kind']} {each['metadata']['name']}" for each in before}
    of_world = [*written.get("of", []), *patches, *written.get("remove", [])]
    before += [deepcopy(world()[name]) for name in of_world if name not in own]
    before = [patched(each, _of(each, written.get("first", {}))) for each in before]
    after = deepcopy(written.get("come", []))
    after += [
        patched(each, _of(each, patches))
        for each in before
        if f"{each['kind']} {each['metadata']['name']}" not in written.get("remove", [])
    ]
    for name, patch in written.get("add", {}).items():
        after.append(patched(deepcopy(world()[name]), patch or {}))
    return Case(written["says"], before, after, found, deploys, told)


def _listed(verdicts: str | list[str]) -> list[str]:
    return verdicts.split() if isinstance(verdicts, str) else verdicts


def _of(manifest: Object, patches: dict[str, Any]) -> dict[str, Any]:
    return dict(patches.get(f"{manifest['kind']} {manifest['metadata']['name']}", {}))
