"""A real API server takes what is synthesized, as often as it is applied and by whoever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from environments import DEV, PRODUCTION
from tests.cluster.kubectl import objects, run
from tests.cluster.mark import mark
from tests.cluster.platform import apply, empty, namespaces
from tests.platform.shop import Shop, build

CONFLICTS = yaml.safe_load(Path(__file__).with_name("field_conflicts.yaml").read_text())
# The cluster makes it with the namespace: docs/decisions/0025-what-a-second-manager-applies.md.
ADOPTED = re.compile(r"Warning: resource serviceaccounts/default is missing the .* annotation")
ENVIRONMENTS = {"production": PRODUCTION, "dev": DEV}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def applied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, tuple[str, ...]]]:
    """Apply an environment to the empty cluster; give it with what was warned of."""
    empty()
    shop = build(tmp_path_factory.mktemp(request.param), ENVIRONMENTS[request.param])
    mark(namespaces(shop.core))
    yield shop, apply(shop.folder)
    run("delete", "-f", str(shop.folder), "--ignore-not-found", "--wait=false", patience=300)
    empty()


def test_nothing_is_warned_of(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, warnings = applied
    assert [line for line in warnings if not ADOPTED.match(line)] == []
    assert len(warnings) <= len(namespaces(shop.core))


def test_a_second_apply_changes_nothing(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    before = _generations(shop)
    assert run("diff", "-f", str(shop.folder), patience=300).stdout == ""
    assert apply(shop.folder) == ()
    assert _generations(shop) == before


def test_a_second_manager_conflicts_where_it_is_said(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    done = run(
        *("apply", "--server-side", "--dry-run=server", "--field-manager=gitops"),
        *("-f", str(shop.folder)),
        patience=300,
    )
    assert re.findall(r"conflict.*", done.stderr) == CONFLICTS
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def _generations(shop: Shop) -> dict[str, int]:
    """Return how often the spec of each object changed, by its kind and name."""
    found = objects("-f", str(shop.folder))
    return {
        f"{each['kind']} {each['metadata'].get('namespace')}/{each['metadata']['name']}": each[
            "metadata"
        ].get("generation", 0)
        for each in found
    }
