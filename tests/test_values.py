"""Values behave as frozen dataclasses do, though no code is generated for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import FrozenInstanceError, field, fields, replace
from inspect import signature
from typing import Any

import pytest

from constructs_lib.values import Value


class Disk(Value):
    """A disk."""

    size: int
    labels: dict[str, str] = field(default_factory=dict)
    fast: bool = False

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("too small")


class MountedDisk(Disk):
    """A disk with a path."""

    path: str = "/data"


class Tape(Value):
    """What has the fields of a disk and is none."""

    size: int
    labels: dict[str, str] = field(default_factory=dict)
    fast: bool = False


def test_arguments_and_defaults_are_fields() -> None:
    disk = MountedDisk(size=3, fast=True)
    assert (disk.size, disk.labels, disk.fast, disk.path) == (3, {}, True, "/data")
    assert [each.name for each in fields(disk)] == ["size", "labels", "fast", "path"]
    assert disk.labels is not MountedDisk(size=3).labels


def test_is_checked_also_where_it_is_replaced() -> None:
    with pytest.raises(ValueError, match="too small"):
        replace(MountedDisk(size=3), size=0)


def test_is_equal_to_one_of_its_class_with_equal_fields() -> None:
    assert Disk(size=3) == Disk(size=3, labels={}) == deepcopy(Disk(size=3))
    assert Disk(size=3) != Disk(size=4)
    assert Disk(size=3) != Tape(size=3)


def test_equal_ones_are_one_in_a_set() -> None:
    class Named(Value):
        name: str
        number: int = 1

    assert len({Named(name="a"), Named(number=1, name="a"), Named(name="b")}) == 2


def test_prints_as_it_is_written() -> None:
    written = "MountedDisk(size=3, labels={'a': 'b'}, fast=False, path='/srv')"
    assert repr(MountedDisk(path="/srv", labels={"a": "b"}, size=3)) == written


@pytest.mark.parametrize(
    "change",
    [
        lambda disk: setattr(disk, "size", 4),
        lambda disk: setattr(disk, "speed", 1),
        lambda disk: delattr(disk, "size"),
    ],
    ids=["a field", "no field", "without a field"],
)
def test_fails_a_change(change: Callable[[Disk], None]) -> None:
    disk = Disk(size=3)
    with pytest.raises(FrozenInstanceError):
        change(disk)
    assert disk == Disk(size=3)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "Disk needs size"),
        ({"sise": 3}, "Disk takes no sise; write size"),
        ({"size": 3, "path": "/"}, "Disk takes no path, but size"),
    ],
)
def test_fails_arguments_that_are_no_fields(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        Disk(**arguments)


def test_fails_an_argument_without_its_name() -> None:
    with pytest.raises(TypeError, match=re.escape("Disk takes keywords: Disk(size=…)")):
        Disk(3)  # type: ignore[call-arg]


def test_signature_has_the_fields_and_defaults() -> None:
    assert str(signature(MountedDisk)) == (
        "(\n"
        "    *,\n"
        "    size: int,\n"
        "    labels: dict[str, str] = {},\n"
        "    fast: bool = False,\n"
        "    path: str = '/data',\n"
        ")"
    )
