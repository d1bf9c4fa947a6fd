"""The sound platform, and edits that break it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Manifests = list[dict[str, Any]]
_SHORTHANDS = {
    "pod": ["spec", "template", "spec"],
    "container": ["spec", "template", "spec", "containers", "0"],
}


def sound() -> Manifests:
    """Return the manifests of a platform that keeps every invariant."""
    # Through JSON, so that no two objects share what an anchor of the file stands for.
    manifests: Manifests = json.loads(_sound())
    return manifests


def edit(manifests: Manifests, name: str, path: str, value: object) -> None:
    """Set a field of ``Kind/name``, or remove it with None.

    The path is words, numbers in lists; ``pod`` and ``container`` stand for the
    spec of a workload's pods and for their first container.
    """
    kind, _, called = name.partition("/")
    node: Any = next(
        manifest
        for manifest in manifests
        if manifest["kind"] == kind and manifest["metadata"]["name"] == called
    )
    first, *words = path.split(" ")
    *way, last = [*_SHORTHANDS.get(first, [first]), *words]
    for word in way:
        node = node[int(word)] if isinstance(node, list) else node.setdefault(word, {})
    if isinstance(node, list):
        node[int(last) :] = [value, *node[int(last) + 1 :]]
    elif value is None:
        del node[last]
    else:
        node[last] = value


@cache
def _sound() -> str:
    return json.dumps(yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text()))
