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
    Replicas,
    SecurityBaseline,
    SocketTier,
    WebTier,
    WorkerTier,
)
from constructs_lib.names import metadata
from constructs_lib.traffic import LoadBalancer
from tests.properties.outcomes import try_examples
from tests.properties.strategies_plain import NAMES
from tests.properties.strategies_types import ANYTHING

ARGUMENTS: dict[type[Any], dict[str, Any]] = {
    ApiTier: {"container": Container(image="web:1.4.2")},
    SecurityBaseline: {"namespaces": (), "constructs": ()},
    SocketTier: {"container": Container(image="web:1.4.2"), "scaling": Replicas(count=1)},
    WebTier: {
        "container": Container(image="web:1.4.2"),
        "load_balancer": LoadBalancer(source_ranges=("192.0.2.0/24",), ports=(80,)),
    },
    WorkerTier: {"container": Container(image="web:1.4.2")},
}
THINGS = st.tuples(st.sampled_from(("Service", "Role")), st.sampled_from((None, "a", "b")), NAMES)


@given(things=st.lists(st.tuples(THINGS, st.integers(0, 1)), max_size=12))
def test_just_repeats_are_refused_wherever_they_stand(
    things: list[tuple[tuple[str, str | None, str], int]],
) -> None:
    app = App()
    scopes = [Chart(app, "a"), Chart(app, "b")]
    taken: set[tuple[str, str | None, str]] = set()
    for (kind, namespace, name), number in things:
        repeats = (kind, namespace, name) in taken
        with pytest.raises(ConfigurationError) if repeats else contextlib.nullcontext():
            metadata(scopes[number], kind, name, namespace=namespace)
        taken.add((kind, namespace, name))


@pytest.mark.parametrize("kind", [WebTier, ApiTier, SocketTier, WorkerTier, SecurityBaseline])
def test_an_id_is_a_name_that_no_neighbour_has(kind: type[Any]) -> None:
    def example(data: st.DataObject) -> None:
        chart = Chart(App(), "chart", namespace=None if kind is SecurityBaseline else "app")
        arguments = ARGUMENTS[kind]
        kind(chart, data.draw(st.sampled_from(("a", "b"))), **arguments)
        with contextlib.suppress(ConfigurationError):
            kind(chart, data.draw(st.sampled_from(("a", "b", "c")) | ANYTHING[str]), **arguments)

    try_examples(example)
