"""A value is made of its arguments, or says with ConfigurationError why it is not."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from typing import Any

import pytest
from hypothesis import strategies as st

import constructs_lib
from constructs_lib import Live, Pod, ServedRoute, Track
from tests.properties.outcomes import try_examples
from tests.properties.strategies import arguments

# What constructs hand to rollouts and renderers; nobody else makes one.
INNER = {Live, Pod, ServedRoute, Track}
VALUES: list[type[Any]] = [
    each
    for name in constructs_lib.__all__
    if is_dataclass(each := getattr(constructs_lib, name)) and each not in INNER
]


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_well_typed_arguments_give_a_value_or_a_configuration_error(kind: type[Any]) -> None:
    def make(data: st.DataObject) -> None:
        odd = data.draw(st.sampled_from((0, 0, 0, 1, 2)))
        made = kind(**data.draw(arguments(kind, odd=odd)))
        assert made == replace(made)

    try_examples(make)
