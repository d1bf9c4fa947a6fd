"""Random platforms are refused, or consistent and well-formed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import (
    ApiTier,
    Host,
    HttpEndpoint,
    Namespace,
    Publisher,
    SecurityBaseline,
    SocketTier,
    StorageTier,
    WebTier,
)
from constructs_lib.testing import manifests, problems, schema_problems
from tests.properties.outcomes import try_examples
from tests.properties.strategies import arguments, value
from tests.properties.strategies_plain import NAMES

Tier = type[WebTier] | type[ApiTier] | type[SocketTier]
TIERS: tuple[Tier, ...] = (WebTier, ApiTier, SocketTier)


def test_a_platform_is_refused_or_consistent() -> None:
    def make(data: st.DataObject) -> None:
        app = App()
        kinds = data.draw(st.lists(st.sampled_from(TIERS), max_size=2))
        constructs: list[Publisher] = []
        for number, kind in enumerate(kinds):
            upstreams = [made.endpoint for made in constructs if isinstance(made, ApiTier)]
            constructs.append(tier(data, Chart(app, f"{number}", namespace="app"), kind, upstreams))
        baseline = data.draw(arguments(SecurityBaseline))
        baseline["constructs"] = constructs
        baseline["namespaces"] = [Namespace(name="app"), *data.draw(st.lists(value(Namespace), max_size=1))]
        SecurityBaseline(Chart(app, "baseline"), data.draw(NAMES), **baseline)
        check(app)

    try_examples(make)


@pytest.mark.parametrize("kind", TIERS, ids=lambda kind: kind.__name__)
def test_a_tier_is_refused_or_consistent(kind: Tier) -> None:
    def make(data: st.DataObject) -> None:
        app = App()
        tier(data, Chart(app, "tier", namespace="app"), kind, [])
        check(app)

    try_examples(make)


def tier(
    data: st.DataObject, chart: Chart, kind: Tier, upstreams: Sequence[HttpEndpoint]
) -> WebTier | ApiTier | SocketTier:
    chosen: dict[str, Any] = data.draw(arguments(kind))
    if upstreams:
        chosen["upstreams"] = {f"UPSTREAM_{n}": each for n, each in enumerate(upstreams)}
    made = kind(chart, data.draw(NAMES), **chosen)
    host = chosen.get("host")
    if isinstance(host, Host):
        host.attach(chart)
    return made


def check(app: App) -> None:
    objects = manifests(app)
    found = problems(objects, given=priorities(objects))
    found += schema_problems(objects) + schema_problems(objects, "newest")
    assert not found, "\n".join(map(str, found))


def priorities(objects: Sequence[dict[str, Any]]) -> list[str]:
    """Return the priority classes that the cluster would have to have."""
    pods = [each["spec"]["template"]["spec"] for each in objects if each["kind"] == "Deployment"]
    return [f"PriorityClass/{pod.get('priorityClassName')}" for pod in pods]
