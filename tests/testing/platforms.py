"""The sound platform, and edits that break it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

REMOVED = object()
Manifests = list[dict[str, Any]]


def sound() -> Manifests:
    """Return the manifests of a platform that keeps every invariant."""
    # Through JSON, so that no two objects share what an anchor of the file stands for.
    manifests: Manifests = json.loads(_sound())
    return manifests


def edit(manifests: Manifests, name: str, path: str, value: object) -> None:
    """Set or remove a field of ``Kind/name``; the path is words, and numbers in lists."""
    kind, _, called = name.partition("/")
    node: Any = next(
        manifest
        for manifest in manifests
        if manifest["kind"] == kind and manifest["metadata"]["name"] == called
    )
    *way, last = [int(word) if word.isdecimal() else word for word in path.split()]
    for word in way:
        node = node[word] if isinstance(word, int) else node.setdefault(word, {})
    if value is REMOVED:
        del node[last]
    else:
        node[last] = value


@cache
def _sound() -> str:
    return json.dumps(yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text()))
