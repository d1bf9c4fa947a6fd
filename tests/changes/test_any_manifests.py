"""Whatever manifests hold, an answer or one line comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from constructs_lib.changes import Deploys, Verdict, changes
from constructs_lib.changes.acceptance import judgement
from constructs_lib.changes.text import text
from tests.changes.cases import world
from tests.changes.mutations import samples

Object = dict[str, Any]
VALUES: tuple[Any, ...] = (
    *(None, 0, -1, 1, 2.5, True, "", "x", "50%", "1e3", "10.0.0.5/24", "10.0.0.0/99"),
    *([], [{}], ["a"], [None], {}, {"a": "b"}),
)
IDENTITY = {
    ("apiVersion",),
    ("kind",),
    ("metadata",),
    ("metadata", "name"),
    ("metadata", "namespace"),
}


def places(node: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = node.items() if isinstance(node, dict) else ()
    for key, member in members or (enumerate(node) if isinstance(node, list) else ()):
        yield (*path, key)
        yield from places(member, (*path, key))


def mutated(manifest: Object, random: Random) -> Object:
    manifest = deepcopy(manifest)
    *above, last = random.choice([path for path in places(manifest) if path not in IDENTITY])
    node: Any = manifest
    for key in above:
        node = node[key]
    if random.random() < 0.3:
        del node[last]
    else:
        node[last] = deepcopy(random.choice(VALUES))
    return manifest


@pytest.mark.parametrize("seed", range(40))
def test_no_manifest_is_too_odd(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - nothing is secret
    found = {str(each["metadata"]): each for each in [*world().values(), *samples()]}
    for _ in range(4):
        chosen = random.sample(sorted(found), 8)
        before = [
            mutated(found[each], random) if random.random() < 0.2 else found[each]
            for each in chosen
        ]
        after = [
            mutated(each, random)
            for each in before
            if random.random() < 0.8 and len(list(places(each))) > 6
        ]
        unique = {(each["kind"], str(each["metadata"])): each for each in before}
        now = {(each["kind"], str(each["metadata"])): each for each in after}
        told = changes(
            list(unique.values()), list(now.values()), deploys=random.choice(list(Deploys))
        )
        assert text(judgement(told, Verdict.CUTS_OFF, []))
