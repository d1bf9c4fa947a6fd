"""PostgreSQL never needs more than it is given."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.facts import Amounts
from constructs_lib.postgres.sizing import Sizing


@given(
    mebibytes=st.integers(512, 256 * 1024),
    cores=st.decimals("0.1", 128, places=1),
    gibibytes=st.integers(4, 1000),
)
def test_parameters_fit_the_memory(mebibytes: int, cores: Decimal, gibibytes: int) -> None:
    memory = mebibytes * 2**20
    amounts = Amounts(
        cpu=cores, cpu_limit=None, memory=Decimal(memory), ephemeral_storage=Decimal(2**30)
    )
    sizing = Sizing(amounts=amounts, data_bytes=2**30, wal_bytes=gibibytes * 2**30, overrides={})
    assert sizing.memory_needed <= memory
    assert 100 <= sizing.max_connections <= 400
    wal = {
        name: int(sizing.parameters[name].removesuffix("MB")) * 2**20
        for name in ("max_wal_size", "max_slot_wal_keep_size", "wal_keep_size")
    }
    assert sum(wal.values()) <= gibibytes * 2**30
