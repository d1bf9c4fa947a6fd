"""Kubernetes quantities: parsed, formatted, and converted to typed objects.

The grammar is that of
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from constructs_lib.errors import reject

# Whoever reads manifests needs quantities too, and should not wait for Node.js.
if TYPE_CHECKING:
    from cdk8s_plus_27 import k8s

_SUFFIXES = {
    "m": Decimal("0.001"),
    "": Decimal(1),
    **{unit: Decimal(1000) ** power for power, unit in enumerate(("k", "M", "G", "T", "P"), 1)},
    **{
        unit: Decimal(1024) ** power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi"), 1)
    },
}
# No node has more; the sum over all pods of a namespace still fits into the 63
# bits that the API server counts with.
_MOST_CORES = 10_000
_MOST_BYTES = 64 * 2**40
_PATTERN = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)([A-Za-z]{0,2})", re.ASCII)


def parse(text: str, field: str = "quantity") -> Decimal:
    """Return a quantity such as ``250m`` or ``1.5Gi`` in cores or bytes."""
    match = _PATTERN.fullmatch(text)
    if match is None or match[2] not in _SUFFIXES:
        reject(field, text, "write a Kubernetes quantity such as '250m', '2', '512Mi' or '10Gi'")
        return Decimal(0)
    return Decimal(match[1]) * _SUFFIXES[match[2]]


def parse_positive(text: str, field: str) -> Decimal:
    """Return a quantity above zero."""
    amount = parse(text, field)
    if amount <= 0:
        reject(field, text, "write a quantity above zero")
    return amount


def parse_cpu(text: str, field: str) -> Decimal:
    """Return cores, in whole thousandths."""
    cores = parse_positive(text, field)
    if cores > _MOST_CORES:
        reject(field, text, f"write at most {_MOST_CORES} cores")
    if cores % Decimal("0.001"):
        reject(field, text, "write whole thousandths of a core, such as '250m'")
    return cores


def parse_bytes(text: str, field: str) -> Decimal:
    """Return whole bytes."""
    amount = parse_positive(text, field)
    if amount > _MOST_BYTES:
        reject(field, text, "write at most '64Ti'")
    if amount % 1:
        reject(field, text, "write whole bytes, such as '512Mi' or '10Gi'")
    return amount


def format_cpu(cores: Decimal) -> str:
    """Format cores: ``2`` or ``250m``."""
    return str(int(cores)) if cores % 1 == 0 else f"{int(cores * 1000)}m"


def format_bytes(amount: Decimal) -> str:
    """Format bytes in the largest binary unit that keeps them whole."""
    for unit in ("Ti", "Gi", "Mi", "Ki"):
        if amount and amount % _SUFFIXES[unit] == 0:
            return f"{int(amount / _SUFFIXES[unit])}{unit}"
    return str(int(amount))


@lru_cache(maxsize=1024)
def to_kube(text: str) -> k8s.Quantity:
    """Return the typed quantity; cached, since each one is a call into Node."""
    from cdk8s_plus_27 import k8s  # noqa: PLC0415 - starts Node.js

    return k8s.Quantity.from_string(text)


@lru_cache(maxsize=1024)
def int_or_string(value: int | str) -> k8s.IntOrString:
    """Return the typed number or name; cached for the same reason."""
    from cdk8s_plus_27 import k8s  # noqa: PLC0415 - starts Node.js

    if isinstance(value, int):
        return k8s.IntOrString.from_number(value)
    return k8s.IntOrString.from_string(value)
