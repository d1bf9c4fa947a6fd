"""Backups can be made, restored and read; a damaged one is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cluster import inbox
from tests.cluster.jobs import succeeds
from tests.cluster.kubectl import kubectl

Figure = dict[str, object]
_STORE = ("exec", "-n", "object-store", "object-store-0", "-c", "object-store", "--")
_BACKUPS = "/data/shop-dev-backups/postgres/backup"


@contextmanager
def _damaged() -> Iterator[None]:
    """Change a byte in the largest file of the newest full backup, until the end of the block."""
    newest = f"$(ls -d {_BACKUPS}/*/*F | tail -1)"
    largest = f"find {newest} -type f -printf '%s %p\n' | sort -n | tail -1"
    size, path = kubectl(*_STORE, "sh", "-c", largest).split()
    place = int(size) // 2
    read = f"dd if={path} bs=1 skip={place} count=1 status=none | od -An -tu1"
    byte = int(kubectl(*_STORE, "sh", "-c", read))

    def write(value: int) -> None:
        put = f"printf '\\{value:03o}' | dd of={path} bs=1 seek={place} conv=notrunc status=none"
        kubectl(*_STORE, "sh", "-c", put)

    write(byte ^ 0xFF)
    try:
        yield
    finally:
        write(byte)


@pytest.mark.mission("B22")
@pytest.mark.mission("B82")
@pytest.mark.mission("B85")
@pytest.mark.mission("B123")
@pytest.mark.mission("B125")
@pytest.mark.needs("storage")
@pytest.mark.usefixtures("shop")
def test_a_damaged_backup_is_found(figure: Figure) -> None:
    jobs = ("postgres-backup-full", "postgres-verification", "postgres-restore-drill")
    seconds: dict[str, int] = {}
    done: dict[str, bool] = {}
    for job in jobs:
        started = time.monotonic()
        done[job] = succeeds(job)
        seconds[job] = round(time.monotonic() - started)
    figure.update(what="backup and drill", seconds=seconds)
    assert done == dict.fromkeys(jobs, True)
    inbox.clear()
    with _damaged():
        found = {job: not succeeds(job) for job in jobs[1:]}
    figure.update(damage_found=found)
    inbox.told("KubeJobFailed")
    assert found == dict.fromkeys(jobs[1:], True)
    kubectl("delete", "jobs", "--field-selector=status.successful=0", "-n", "app")
    inbox.told("KubeJobFailed", resolved=True)
