"""A rotated Secret rolls exactly the pods that read it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import main
from constructs_lib import SecretRef
from constructs_lib.manifests.platform import Platform
from constructs_lib.secrets.expected import expected
from tests.platform.shop import Shop, build


def rotated(which: str, /, *, name: str, keys: tuple[str, ...]) -> SecretRef:
    """Return what main.py asks for, with a new revision if it is this one."""
    return SecretRef(name=name, keys=keys, revision="2" if name == which else "1")


def pods(shop: Shop) -> dict[str, tuple[object, ...]]:
    """Return what makes the pods of each workload what they are."""
    return {
        f"{each.kind}/{each.name}": (each.labels, each.annotations, each.pod)
        for each in Platform(shop.core).workloads
    }


@pytest.mark.mission("B64")
@pytest.mark.parametrize(
    "name", ["postgres-repository", "socket-broker", "web-server-actions", "pager", "grafana"]
)
def test_a_revision_rolls_its_readers_and_nobody_else(
    name: str, reference: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(main, "SecretRef", partial(rotated, name))
    before, after = pods(reference), pods(build(main, tmp_path))
    (readers,) = (secret.readers for secret in expected(reference.core) if secret.name == name)
    assert {workload for workload in before if before[workload] != after[workload]} == {*readers}
