"""A value is made of its arguments, or says with ConfigurationError why it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any, get_type_hints

import pytest
from hypothesis import strategies as st

import constructs_lib
from constructs_lib import Backend, Live, Pod, ServedRoute, Track
from constructs_lib.rules import is_plain
from tests.properties.outcomes import try_examples
from tests.properties.strategies import arguments

# What constructs hand to rollouts and renderers; nobody else makes one.
INNER = {Backend, Live, Pod, ServedRoute, Track}
VALUES: list[type[Any]] = [
    each
    for name in constructs_lib.__all__
    if isinstance(each := getattr(constructs_lib, name), type)
    and is_dataclass(each)
    and each not in INNER
]


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_well_typed_arguments_give_a_value_or_a_configuration_error(kind: type[Any]) -> None:
    def make(data: st.DataObject) -> None:
        odd = data.draw(st.sampled_from((0, 0, 0, 1, 1, 2)))
        made = kind(**data.draw(arguments(kind, odd=odd)))
        assert made == replace(made)
        for field, hint in get_type_hints(kind).items():
            written = getattr(made, field)
            assert hint is bool or not isinstance(written, bool), field
            assert all(is_plain(text) for text in texts(written)), field

    try_examples(make, share=0.05)


def texts(written: object) -> Iterator[str]:
    """Yield the texts in the field of a value, but not those in values below it."""
    if isinstance(written, str):
        yield written
    elif isinstance(written, Mapping):
        for pair in written.items():
            yield from texts(pair)
    elif isinstance(written, Sequence):
        for item in written:
            yield from texts(item)
