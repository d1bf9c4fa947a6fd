"""A canary from its first step to its last, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    Canary,
    Container,
    Host,
    PublicHost,
    Route,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.testing import manifests
from constructs_lib.traffic import PORTABLE_POLICY, Renderer
from tests.rollouts.test_rollouts import BLUE, GREEN
from tests.traffic.test_policy import GATEWAY

STEPS = (5, 50, 100)


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
@pytest.mark.parametrize(
    ("renderer", "policy", "kind"),
    [
        (VirtualServer(), TrafficPolicy(), "VirtualServer"),
        (GATEWAY, PORTABLE_POLICY, "HTTPRoute"),
    ],
)
def test_each_step_changes_the_route_and_leaves_no_object_behind(
    renderer: Renderer, policy: TrafficPolicy, kind: str, tmp_path: Path
) -> None:
    def at(step: int) -> dict[tuple[str, str], object]:
        chart = Chart(App(outdir=str(tmp_path)), "shop", namespace="app")
        host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=renderer)
        web = WebTier(
            chart,
            "web",
            container=Container(image=BLUE),
            host=host,
            routes=(Route(policy=policy),),
            workload=Workload(rollout=Canary(image=GREEN, steps=STEPS, step=step)),
        )
        PublicHost(chart, "host", host=host, constructs=[web])
        return {(each["kind"], each["metadata"]["name"]): each for each in manifests(chart)}

    before, *later = (at(step) for step in (*range(len(STEPS) + 1), 0))
    for after in later:
        assert before.keys() == after.keys()
        assert {key[0] for key in before if before[key] != after[key]} == {kind}
        before = after
