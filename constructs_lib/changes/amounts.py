"""Quantities that are equal if their amounts are, however they are written."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Self

_QUANTITY = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?", re.ASCII
)
_SUFFIXES = {
    **{unit: Decimal(1000) ** -power for power, unit in enumerate("mun", 1)},
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


class Amount(str):
    """A quantity as it is written, which equals every other way to write it."""

    __slots__ = ("value",)
    value: Decimal

    def __new__(cls, written: object) -> Self:
        """Read a quantity.

        Raises:
            ValueError: it is none.
        """
        match = _QUANTITY.fullmatch(str(written))
        if match is None:
            raise ValueError(f"{written!r} is no quantity")
        amount = super().__new__(cls, written)
        number, suffix, exponent = match.groups()
        scale = _SUFFIXES[suffix] if suffix else Decimal(10) ** int(exponent or 0)
        amount.value = Decimal(number) * scale
        return amount

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and self.value == other.value

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.value)
