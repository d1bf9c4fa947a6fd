"""Whatever is asked of a route, a renderer writes all of it in words that its controller knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from hypothesis import strategies as st

from constructs_lib import Host, PublicHost, Route, TrafficPolicy
from constructs_lib.facts import Facts
from constructs_lib.labels import Identity
from constructs_lib.manifests.invariants.f5_annotations import nginx_annotations_are_known
from constructs_lib.manifests.platform import Platform
from constructs_lib.rollouts import Backend, HeaderMatch
from constructs_lib.testing import manifests
from constructs_lib.traffic import PORTABLE_POLICY, attach_routes
from constructs_lib.traffic.capabilities import EXPRESSED
from tests.properties.outcomes import try_examples
from tests.properties.strategies import arguments
from tests.traffic.test_policy import RENDERERS, tls_of
from tests.traffic.test_renderers import unknown_fields

STABLE = Backend(name="stable", service="web", namespace="app")
CANARY = Backend(
    name="canary",
    service="web-canary",
    namespace="app",
    weight=25,
    matches=(HeaderMatch(name="new", value="1"),),
)
TRACKS = ((STABLE,), (replace(STABLE, weight=75), CANARY))


@pytest.mark.mission("B107")
@pytest.mark.parametrize("renderer", RENDERERS)
def test_a_policy_is_written_as_a_whole_or_refused(renderer: str) -> None:
    def example(data: st.DataObject) -> None:
        drawn = data.draw(arguments(TrafficPolicy))
        asked = EXPRESSED[renderer] if data.draw(st.booleans()) else drawn.keys()
        said = {name: drawn[name] for name in asked & drawn.keys()}
        tracks = data.draw(st.sampled_from(TRACKS))

        def written(policy: TrafficPolicy) -> list[dict[str, Any]]:
            chart = Chart(App(), "web", namespace="app")
            host = Host(
                name="shop.example.com",
                tls=tls_of(RENDERERS[renderer]),
                renderer=RENDERERS[renderer],
            )
            identity = Identity(name="web", namespace="app", component="web")
            route = Route(policy=policy)
            served = attach_routes(chart, identity, hosts=[host], routes=[route], tracks=tracks)
            PublicHost(chart, "host", host=host, constructs=[Facts(routes=served)])
            assert list(unknown_fields(chart)) == []
            return manifests(chart)

        whole = replace(PORTABLE_POLICY, **said)
        objects = written(whole)
        assert list(nginx_annotations_are_known(Platform(objects))) == []
        for name in said:
            if getattr(whole, name) is not None:
                assert written(replace(whole, **{name: None})) != objects, name

    try_examples(example, share=0.02)
