"""A value is made of its arguments, or says with ConfigurationError why it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from constructs_lib import ConfigurationError
from constructs_lib.pods import Pod
from constructs_lib.rollouts import Backend, Live, Track
from constructs_lib.rules import is_plain
from constructs_lib.traffic import ServedRoute
from tests.properties.outcomes import try_examples
from tests.properties.strategies import arguments
from tests.public_names import PUBLIC

# What constructs hand to rollouts and renderers; nobody else makes one.
INNER = {Backend, Live, Pod, ServedRoute, Track}
VALUES: list[type[Any]] = [
    each
    for each in PUBLIC.values()
    if isinstance(each, type) and is_dataclass(each) and each not in INNER
]

CHOICES = [
    pytest.param(kind, field, choice, id=f"{kind.__name__}.{field}")
    for kind in VALUES
    for field, hint in get_type_hints(kind).items()
    for choice in (hint, *(get_args(hint) if get_origin(hint) is UnionType else ()))
    if isinstance(choice, type) and issubclass(choice, StrEnum)
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


@pytest.mark.mission("B136")
@pytest.mark.parametrize(("kind", "field", "choice"), CHOICES)
def test_fails_with_the_text_of_a_choice(
    kind: type[Any], field: str, choice: type[StrEnum]
) -> None:
    def make(data: st.DataObject) -> None:
        good = kind(**data.draw(arguments(kind)))
        with pytest.raises(ConfigurationError, match=rf"{field}: got .*; give one of"):
            replace(good, **{field: next(iter(choice)).value})

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
