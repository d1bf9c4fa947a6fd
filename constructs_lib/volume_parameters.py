"""Parameters of a StorageClass, as CSI drivers of clouds read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from constructs_lib.errors import ConfigurationError
from constructs_lib.values import Value

# The external provisioner takes these, whatever the driver: file system, Secrets.
_OF_ALL = "csi.storage.k8s.io/"
# A MiB a second of throughput takes four of them, and so does a MB with Azure.
IOPS_OF_THROUGHPUT = 4


class DiskType(Value):
    """The limits of a type of disk.

    Args:
        gib: the least and the most GiB.
        iops: the least and the most IOPS, where they can be set.
        iops_per_gib: the most of them.
        throughput: the least and the most MiB or MB a second, where they can be set.
        own_iops: what one has without a word.
    """

    gib: tuple[int, int]
    iops: tuple[int, int] = (0, 0)
    iops_per_gib: int = 0
    throughput: tuple[int, int] = (0, 0)
    own_iops: int = 0


def lower(given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with their names as drivers compare them."""
    return {key.lower(): value for key, value in given.items()}


def check_known(given: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse a parameter that the driver would make no volume with."""
    for key, value in given.items():
        if key.lower() not in known and not key.lower().startswith(_OF_ALL):
            raise refusal(key, value, "leave it out: the driver knows no such parameter")


def is_true(told: Mapping[str, str], key: str, default: str) -> bool:
    """Return whether a parameter is set; refuse anything but true and false."""
    value = told.get(key.lower(), default)
    if value not in {"true", "false"}:
        raise refusal(key, value, "use 'true' or 'false'")
    return value == "true"


def number(told: Mapping[str, str], key: str, limits: tuple[int, int], unit: str = "") -> int:
    """Return a numeric parameter, zero without one; refuse one that a volume cannot have."""
    value = told.get(key.lower())
    if value is None:
        return 0
    least, most = limits
    if not most:
        raise refusal(key, value, "leave it out: the type has its own")
    digits = value.removesuffix(unit)
    has_unit = value.endswith(unit)
    if not (has_unit and digits.isascii() and digits.isdecimal() and least <= int(digits) <= most):
        raise refusal(key, value, f"use {least}{unit} to {most}{unit}")
    return int(digits)


def divided(whole: int, by: int) -> int:
    """Return the quotient, rounded up."""
    return -(-whole // by)


def refusal(key: str, value: object, advice: str) -> ConfigurationError:
    """Return what refuses a parameter."""
    return ConfigurationError(f"StorageClass.parameters[{key!r}]", value, advice)
