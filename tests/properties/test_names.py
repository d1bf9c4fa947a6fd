"""An app has each thing once."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from cdk8s import App, Chart
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    LoadBalancer,
    Replicas,
    SecurityBaseline,
    SocketTier,
    WebTier,
)
from constructs_lib.names import claim, is_claimed
from tests.properties.outcomes import try_examples
from tests.properties.strategies_types import ANYTHING

ARGUMENTS: dict[type[Any], dict[str, Any]] = {
    ApiTier: {"container": Container(image="web:1.4.2")},
    SecurityBaseline: {"namespaces": (), "constructs": ()},
    SocketTier: {"container": Container(image="web:1.4.2"), "scaling": Replicas(count=1)},
    WebTier: {
        "container": Container(image="web:1.4.2"),
        "load_balancer": LoadBalancer(source_ranges=("192.0.2.0/24",)),
    },
}
THINGS = st.lists(st.tuples(*[st.sampled_from(("", "a", "b", "a b"))] * 3), max_size=12)


@given(things=THINGS, charts=st.lists(st.integers(0, 1), min_size=12, max_size=12))
def test_just_repeats_are_refused_wherever_they_stand(
    things: list[tuple[str, ...]], charts: list[int]
) -> None:
    app = App()
    scopes = [Chart(app, "a"), Chart(app, "b")]
    taken: set[tuple[str, ...]] = set()
    for thing, number in zip(things, charts, strict=False):
        assert is_claimed(scopes[1 - number], *thing) == (thing in taken)
        assert claim(scopes[number], *thing) == (thing not in taken)
        taken.add(thing)


@given(thing=st.tuples(st.text()))
def test_another_app_starts_afresh(thing: tuple[str]) -> None:
    assert claim(App(), *thing)
    assert claim(App(), *thing)


@pytest.mark.parametrize("kind", [WebTier, ApiTier, SocketTier, SecurityBaseline])
def test_an_id_is_a_name_that_no_neighbour_has(kind: type[Any]) -> None:
    def example(data: st.DataObject) -> None:
        chart = Chart(App(), "chart", namespace=None if kind is SecurityBaseline else "app")
        arguments = ARGUMENTS[kind]
        kind(chart, data.draw(st.sampled_from(("a", "b"))), **arguments)
        with contextlib.suppress(ConfigurationError):
            kind(chart, data.draw(st.sampled_from(("a", "b", "c")) | ANYTHING[str]), **arguments)

    try_examples(example)
