"""The database comes back as it was at a moment, with all that was confirmed until then."""

from __future__ import annotations

import time

import pytest

from tests.cluster.jobs import succeeds
from tests.cluster.restored import NAMESPACE, restored
from tests.cluster.settings import highly_available
from tests.cluster.sql import psql
from tests.cluster.test_database import orders, primary
from tests.platform.shop import Shop


@pytest.mark.mission("B22")
@pytest.mark.mission("B84")
@pytest.mark.needs("storage")
def test_a_moment_comes_back(shop: Shop, figure: dict[str, object]) -> None:
    assert succeeds("postgres-backup-full")
    with orders(shop) as before:
        time.sleep(10)
    time.sleep(1)
    moment = _ask("SELECT now()")
    time.sleep(1)
    with orders(shop) as after:
        time.sleep(10)
    _ask("SELECT pg_switch_wal()")
    started = time.monotonic()
    with restored(highly_available(), moment):
        took = time.monotonic() - started
        found = set(psql("postgres-0", NAMESPACE, "SELECT id FROM orders").split())
    figure.update(
        what="restore to a moment",
        seconds=round(took),
        confirmed_before=len(before.confirmed),
        confirmed_after=len(after.confirmed),
        orders_found=len(found),
    )
    assert set(before.confirmed) <= found
    assert not set(after.confirmed) & found
    assert after.confirmed


def _ask(statement: str) -> str:
    return psql(primary()["metadata"]["name"], "app", statement).strip()
