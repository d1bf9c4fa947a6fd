"""Quantities are read as Kubernetes reads them, and written as people do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from constructs_lib import ConfigurationError, quantities


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0"),
        ("2", "2"),
        ("250m", "0.25"),
        ("1.5", "1.5"),
        ("1k", "1000"),
        ("1Ki", "1024"),
        ("1.5Gi", str(3 * 2**29)),
        ("2T", "2000000000000"),
        ("1Pi", str(2**50)),
    ],
)
def test_parse(text: str, amount: str) -> None:
    assert quantities.parse(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "a", "1 Gi", "-1", "+1", "1e3", "1KI", "1Ei", ".5", "1.", "1_000", "٣", "1Gi\n"]
)
def test_fails_to_parse(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        quantities.parse(text, "Resources.memory")
    assert str(refused.value).startswith(f"Resources.memory: got {text!r}; write a Kubernetes")


@pytest.mark.mission("B136")
@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (quantities.parse_cpu, "0m", "above zero"),
        (quantities.parse_cpu, "10001", "at most 10000 cores"),
        (quantities.parse_cpu, "0.5m", "whole thousandths of a core, such as '250m'"),
        (quantities.parse_bytes, "0", "above zero"),
        (quantities.parse_bytes, "65Ti", "at most '64Ti'"),
        (quantities.parse_bytes, "0.5", "whole bytes, such as '512Mi'"),
    ],
)
def test_fails_on_amounts_that_no_node_has(
    read: Callable[[str, str], Decimal], text: str, says: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(text, "field")
    assert str(refused.value).startswith(f"field: got {text!r}; write")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "written"), [("2", "2"), ("2000m", "2"), ("0.25", "250m"), ("1.5", "1500m")]
)
def test_cores_are_written_as_people_do(text: str, written: str) -> None:
    assert quantities.format_cpu(quantities.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1k", "1000"), ("2048", "2Ki"), ("0", "0")],
)
def test_bytes_are_written_in_their_largest_unit(text: str, written: str) -> None:
    assert quantities.format_bytes(quantities.parse(text)) == written
