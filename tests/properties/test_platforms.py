"""Random platforms are refused, or consistent and well-formed as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import (
    ApiTier,
    GatewayApi,
    Host,
    Namespace,
    PublicHost,
    SecurityBaseline,
    tiers,
)
from constructs_lib.facts import Publisher
from constructs_lib.tiers.tier import Tier
from tests.properties.outcomes import try_examples
from tests.properties.soundness import check_sound
from tests.properties.strategies import arguments
from tests.properties.strategies_plain import NAMES
from tests.properties.strategies_types import ANYTHING

# Each public one.
TIERS = tuple(
    kind
    for kind in map(partial(getattr, tiers), dir(tiers))
    if isinstance(kind, type) and issubclass(kind, Tier)
)
IDS = st.sampled_from((*[NAMES] * 9, ANYTHING[str])).flatmap(lambda texts: texts)


def test_a_platform_is_refused_or_consistent() -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        charts = [Chart(app, id, namespace="app") for id in ("one", "other")]
        constructs: list[Publisher] = []
        hosts: dict[str, Host] = {}
        for kind in data.draw(st.lists(st.sampled_from(TIERS), max_size=2)):
            chosen = data.draw(arguments_of_tier(kind))
            upstreams = [made.endpoint for made in constructs if isinstance(made, ApiTier)]
            if upstreams:
                chosen["upstreams"] = {f"API_{n}": each for n, each in enumerate(upstreams)}
            constructs.append(kind(data.draw(st.sampled_from(charts)), data.draw(IDS), **chosen))
            for host in hosts_of(chosen):
                hosts.setdefault(host.name, host)
        constructs += [
            PublicHost(charts[0], f"host-{number}", host=host, constructs=constructs)
            for number, host in enumerate(hosts.values())
        ]
        baseline = data.draw(arguments(SecurityBaseline))
        baseline["constructs"] = constructs
        baseline["namespaces"] = [Namespace(name="app"), Namespace(name="data")]
        SecurityBaseline(Chart(app, "baseline"), data.draw(IDS), **baseline)
        check_sound(app)

    try_examples(example, share=0.15)


@pytest.mark.parametrize("kind", TIERS, ids=lambda kind: kind.__name__)
def test_a_tier_is_refused_or_consistent(kind: type[Tier]) -> None:
    def example(data: st.DataObject) -> None:
        app = App()
        chart = Chart(app, "tier", namespace="app")
        chosen = data.draw(arguments_of_tier(kind))
        tier = kind(chart, data.draw(IDS), **chosen)
        for number, host in enumerate(hosts_of(chosen)):
            PublicHost(chart, f"host-{number}", host=host, constructs=[tier])
        check_sound(app)

    # The values of workloads and doors have many more in them, of which one odd one refuses all.
    try_examples(example, share=0.08)


@st.composite
def arguments_of_tier(draw: st.DrawFn, kind: type[Tier]) -> dict[str, Any]:
    chosen = draw(arguments(kind, odd=draw(st.sampled_from((0, 0, 0, 1)))))
    if "http" in chosen and (
        chosen["http"].probes is None
        or chosen["http"].probes.liveness is None
        or chosen["http"].probes.readiness is None
    ):
        # Nothing is refused, but `check` does.
        chosen.pop("http")
    host = chosen.get("host")
    if host is None:
        # Refused, whatever they are.
        chosen.pop("routes", None)
    if any(isinstance(each.renderer, GatewayApi) for each in hosts_of(chosen)):
        chosen.pop("routes", None)
    return chosen


def hosts_of(chosen: dict[str, Any]) -> list[Host]:
    """Return the hosts among the arguments of a tier; what is none is refused by it."""
    host = chosen.get("host")
    found = [host] if isinstance(host, Host) else host if isinstance(host, (list, tuple)) else []
    return [each for each in found if isinstance(each, Host)]
