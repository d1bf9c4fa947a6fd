"""All that PostgreSQL shares fits into the huge pages of its container, by its own count."""

from __future__ import annotations

from pathlib import Path

import pytest

from constructs_lib import Resources
from constructs_lib.postgres.sizing import Sizing
from tests.configuration.programs.debian import Debian


@pytest.mark.parametrize(
    ("pages", "own"),
    [
        ("256Mi", {}),
        ("2Gi", {"max_connections": "2000", "work_mem": "1MB"}),
        ("16Gi", {"max_locks_per_transaction": "1024"}),
        ("64Gi", {}),
        ("512Gi", {}),
    ],
)
def test_shared_memory_fits(system: Debian, folder: Path, pages: str, own: dict[str, str]) -> None:
    resources = Resources(cpu="16", memory="32Gi", huge_pages={"2Mi": pages})
    sizing = Sizing(amounts=resources.amounts(), data_bytes=2**37, wal_bytes=2**36, overrides=own)
    data = f"{system.inside(folder)}/data"
    made = system.run("initdb", "--pgdata", data, "--no-sync", user="postgres")
    assert made.returncode == 0, made.stdout
    told = {**sizing.static, **sizing.parameters}
    options = [f"--{name}={value}" for name, value in told.items()]
    counted = system.run(
        *("postgres", "-D", data, "-C", "shared_memory_size", *options), user="postgres"
    )
    needed, given = int(counted.stdout.split()[-1]), resources.amounts().extended[0][1] // 2**20
    assert needed <= given
    # They are not left empty either.
    assert needed > 0.9 * given or given < 4096
