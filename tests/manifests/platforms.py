"""The sound platform, and changes that break it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Manifests = list[dict[str, Any]]


def sound() -> Manifests:
    """Return the manifests of a platform that keeps every invariant."""
    # Through JSON, so that no two objects share what an anchor of the file stands for.
    manifests: Manifests = json.loads(_sound())
    return manifests


def change(manifests: Manifests, name: str, pointer: str, value: object) -> None:
    """Set a field of ``Kind/name``, or remove it with None.

    Args:
        manifests: which are changed.
        name: of the object.
        pointer: a JSON pointer (RFC 6901) to the field, whose parents are there. One past the
            end of a list appends to it.
        value: what the field becomes.
    """
    kind, _, called = name.partition("/")
    node: Any = next(
        manifest
        for manifest in manifests
        if manifest["kind"] == kind and manifest["metadata"]["name"] == called
    )
    _, *words = (word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/"))
    *way, last = words
    for word in way:
        node = node[int(word)] if isinstance(node, list) else node[word]
    if isinstance(node, list):
        node[int(last) :] = [value, *node[int(last) + 1 :]]
    elif value is None:
        del node[last]
    else:
        node[last] = value


@cache
def _sound() -> str:
    return json.dumps(yaml.safe_load((Path(__file__).parent / "sound.yaml").read_text()))
