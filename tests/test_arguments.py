"""Constructs take the fields of a value as their arguments."""

from __future__ import annotations

import inspect

import pytest
from cdk8s import Chart
from constructs import Construct

from constructs_lib import ConfigurationError, Value
from constructs_lib.arguments import takes
from constructs_lib.named_construct import NamedConstruct


class Shared(Value):
    """What some take.

    Args:
        size: in litres,
            each.
        color: of all.
    """

    size: int
    color: str = "red"


class TubArguments(Shared):
    """What a tub takes.

    Args:
        color: of its outside.
        feet: how many.

    Raises:
        ConfigurationError: never.
    """

    color: str = "white"
    feet: int = 4


class Tub(NamedConstruct):
    """A tub.

    Args:
        scope: where it stands.
        id: its name.

    Attributes:
        given: what it was given.
    """

    @takes(TubArguments)
    def __init__(self, scope: Construct, id: str, given: TubArguments) -> None:
        super().__init__(scope, id)
        self.given = given


DESCRIBED = """\
A tub.

Args:
    scope: where it stands.
    id: its name.
    size: in litres,
        each.
    color: of its outside.
    feet: how many.

Attributes:
    given: what it was given."""


def test_arguments_are_the_fields(chart: Chart) -> None:
    assert Tub(chart, "tub", size=80).given == TubArguments(size=80, color="white", feet=4)
    assert list(inspect.signature(Tub).parameters) == ["scope", "id", "size", "color", "feet"]
    assert inspect.signature(Tub).parameters["color"].default == "white"


def test_each_is_described_once() -> None:
    assert inspect.getdoc(Tub) == DESCRIBED
    assert "    size: in litres,\n        each.\n" in (TubArguments.__doc__ or "")


def test_fails_with_types_by_the_name_of_the_construct(chart: Chart) -> None:
    with pytest.raises(ConfigurationError) as error:
        Tub(chart, "tub", size="big", feet=None)  # type: ignore[arg-type]
    assert "Tub.size: got 'big'; give a whole number" in str(error.value)
    assert "Tub.feet: got None; leave it out, or give a whole number" in str(error.value)


def test_fails_with_an_argument_that_there_is_not(chart: Chart) -> None:
    with pytest.raises(TypeError, match="Tub takes no height"):
        Tub(chart, "tub", size=80, height=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Tub needs size"):
        Tub(chart, "tub")  # type: ignore[call-arg]
