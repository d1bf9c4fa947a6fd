"""Quantities are what they were after they have been written and read."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import quantities
from tests.properties.outcomes import try_examples
from tests.properties.strategies_types import ANYTHING

SUFFIXES = st.sampled_from(("", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"))
WHOLE = st.integers(0, 5000) | st.integers(0, 10**15 - 1)
TEXTS = st.builds("{}{}{}".format, WHOLE, st.sampled_from(("", ".5", ".125")), SUFFIXES)


def test_bytes_are_read_as_they_were_written() -> None:
    def example(data: st.DataObject) -> None:
        amount = quantities.parse_bytes(data.draw(TEXTS), "memory")
        assert quantities.parse_bytes(quantities.format_bytes(amount), "memory") == amount

    try_examples(example, share=0.1)


def test_cores_are_read_as_they_were_written() -> None:
    def example(data: st.DataObject) -> None:
        text = data.draw(
            st.builds("{}{}".format, st.integers(0, 20_000), st.sampled_from(("", "m")))
        )
        cores = quantities.parse_cpu(text, "cpu")
        assert quantities.parse_cpu(quantities.format_cpu(cores), "cpu") == cores

    try_examples(example)


@given(whole=st.integers(0, 10**9), binary=st.integers(0, 4), decimal=st.integers(0, 4))
def test_units_are_powers(whole: int, binary: int, decimal: int) -> None:
    assert (
        quantities.parse(f"{whole}{('', 'Ki', 'Mi', 'Gi', 'Ti')[binary]}") == whole * 1024**binary
    )
    assert quantities.parse(f"{whole}{('', 'k', 'M', 'G', 'T')[decimal]}") == whole * 1000**decimal
    assert quantities.parse(f"{whole}m") == Decimal(whole) / 1000


def test_any_text_is_read_or_refused() -> None:
    def example(data: st.DataObject) -> None:
        assert quantities.parse(data.draw(TEXTS | ANYTHING[str])) >= 0

    try_examples(example, share=0.1)
