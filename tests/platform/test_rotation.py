"""A rotated Secret rolls exactly the pods that read it."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from constructs_lib import SecretRef
from constructs_lib.manifests.expected_secrets import expected_secrets
from constructs_lib.manifests.platform import Platform
from environments import PRODUCTION
from tests.platform.shop import ROOT, Shop, build


def rotated(value: Any, name: str) -> Any:  # noqa: ANN401 - any value of the settings
    """Return a value of the settings with a new revision of one Secret, wherever it is named."""
    if isinstance(value, SecretRef):
        return replace(value, revision="2") if value.name == name else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
    changed = {part: rotated(old, name) for part, old in parts.items()}
    return replace(value, **changed) if changed != parts else value


def pods(shop: Shop) -> dict[str, tuple[object, ...]]:
    """Return what makes the pods of each workload what they are."""
    return {
        f"{each.kind}/{each.name}": (each.labels, each.annotations, each.pod)
        for each in Platform(shop.core).workloads
    }


@pytest.mark.mission("B64")
def test_a_page_tells_how_each_is_rotated(shop: Shop) -> None:
    page = (ROOT / "docs/how-to/rotate-a-secret.md").read_text()
    _, _, table = page.partition("## Every Secret of the platform")
    rows = [line.split("|")[1] for line in table.partition("##")[0].splitlines() if "|" in line]
    told = [name for row in rows for name in re.findall(r"`([\w-]+)`", row)]
    assert sorted(told) == sorted({each.name for each in expected_secrets(shop.core)})


@pytest.mark.mission("B64")
@pytest.mark.parametrize(
    "name", ["postgres-repository", "socket-broker", "web-server-actions", "pager", "grafana"]
)
def test_a_revision_rolls_its_readers_and_nobody_else(
    name: str, shop: Shop, tmp_path: Path
) -> None:
    before, after = pods(shop), pods(build(tmp_path, rotated(PRODUCTION, name)))
    (readers,) = (secret.readers for secret in expected_secrets(shop.core) if secret.name == name)
    assert {workload for workload in before if before[workload] != after[workload]} == {*readers}
