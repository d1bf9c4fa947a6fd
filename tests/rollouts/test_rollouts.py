"""How versions replace each other, in each tier."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Container,
    Host,
    Http,
    NextJs,
    NginxIngress,
    Probes,
    PublicHost,
    Replicas,
    RollingUpdate,
    Route,
    SocketTier,
    Tls,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.rollouts import HeaderMatch, Rollout
from constructs_lib.runtimes import TagOfImage
from constructs_lib.testing import find, find_all
from constructs_lib.traffic import LoadBalancer
from tests.tiers.ends import BROKER, HOST

BLUE, GREEN = "registry.example.com/shop/web:1.4.2", "registry.example.com/shop/web:1.5.0"
TIERS: dict[str, Callable[..., Any]] = {
    "web": lambda chart, **arguments: WebTier(
        chart,
        "shop",
        load_balancer=LoadBalancer(source_ranges=("203.0.113.0/24",), ports=(80,)),
        **arguments,
    ),
    "api": lambda chart, **arguments: ApiTier(chart, "shop", **arguments),
    "socket": lambda chart, **arguments: SocketTier(chart, "shop", broker=BROKER, **arguments),
}


def host(renderer: Any) -> Host:  # noqa: ANN401 - any renderer
    return Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=renderer)


def build(tier: str, tmp_path: Any, rollout: Rollout) -> App:  # noqa: ANN401
    app = App(outdir=str(tmp_path))
    chart = Chart(app, "shop", namespace="app")
    TIERS[tier](chart, container=Container(image=BLUE), workload=Workload(rollout=rollout))
    return app


def changed_lines(before: App, after: App) -> list[str]:
    lines = difflib.unified_diff(
        before.synth_yaml().splitlines(), after.synth_yaml().splitlines(), n=0, lineterm=""
    )
    return sorted({line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}})


def test_the_idle_color_has_a_host_of_its_own(chart: Chart, manifest: SnapshotAssertion) -> None:
    shop = host(NginxIngress())
    web = WebTier(
        chart,
        "shop",
        container=Container(image=BLUE),
        host=shop,
        workload=Workload(
            rollout=BlueGreen(active=Color.BLUE, green=GREEN, preview_host="preview.example.com")
        ),
    )
    PublicHost(chart, "host", host=shop, constructs=[web])
    assert find_all(chart, "Ingress") == manifest


@pytest.mark.mission("B94")
def test_each_color_runs_its_image_and_scales_alone(chart: Chart) -> None:
    ApiTier(
        chart,
        "shop",
        container=Container(image=BLUE),
        workload=Workload(rollout=BlueGreen(active=Color.GREEN, green=GREEN, idle_replicas=1)),
    )
    images = {
        track: find(chart, "Deployment", f"shop-{track}")["spec"]["template"]["spec"]["containers"][
            0
        ]["image"]
        for track in ("blue", "green")
    }
    assert images == {"blue": BLUE, "green": GREEN}
    fewest = {
        each["metadata"]["name"]: each["spec"]["minReplicas"]
        for each in find_all(chart, "HorizontalPodAutoscaler")
    }
    assert fewest == {"shop-blue": 1, "shop-green": 3}
    assert len(find_all(chart, "PodDisruptionBudget")) == 2


def test_each_version_is_told_its_own_deployment_id(chart: Chart) -> None:
    WebTier(
        chart,
        "shop",
        container=Container(image=BLUE),
        host=host(VirtualServer()),
        runtime=NextJs(deployment_id=TagOfImage()),
        workload=Workload(rollout=Canary(image=GREEN)),
    )
    ids = {
        name: next(
            env["value"]
            for env in find(chart, "Deployment", name)["spec"]["template"]["spec"]["containers"][0][
                "env"
            ]
            if env["name"] == "NEXT_DEPLOYMENT_ID"
        )
        for name in ("shop", "shop-canary")
    }
    assert ids == {"shop": "1-4-2", "shop-canary": "1-5-0"}


@pytest.mark.mission("B98")
@pytest.mark.mission("B99")
@pytest.mark.parametrize("tier", TIERS)
def test_a_step_moves_weights_and_nothing_else(tier: str, tmp_path: Any) -> None:  # noqa: ANN401
    def at(step: int) -> App:
        app = App(outdir=str(tmp_path))
        chart = Chart(app, "shop", namespace="app")
        shop = host(VirtualServer())
        canary = Canary(image=GREEN, step=step, matches=(HeaderMatch(name="X-New", value="1"),))
        workload = Workload(rollout=canary)
        arguments = {"host": shop, "container": Container(image=BLUE), "workload": workload}
        built = TIERS[tier](chart, routes=(Route(websocket=tier == "socket"),), **arguments)
        PublicHost(chart, "host", host=shop, constructs=[built])
        return app

    assert changed_lines(at(1), at(2)) == [
        "+          weight: 25",
        "+          weight: 75",
        "-          weight: 5",
        "-          weight: 95",
    ]
    aborted = find(at(0), "VirtualServer", "shop-example-com")["spec"]["routes"][0]
    assert aborted["action"]["proxy"]["upstream"] == "shop"
    assert aborted["matches"][0]["action"]["proxy"]["upstream"] == "shop-canary"


@pytest.mark.mission("B101")
@pytest.mark.parametrize("tier", TIERS)
def test_alerts_compare_the_tracks(tier: str, chart: Chart) -> None:
    built = TIERS[tier](
        chart,
        container=Container(image=BLUE),
        host=host(VirtualServer()),
        workload=Workload(rollout=Canary(image=GREEN, step=1)),
    )
    alerts = {alert.name: alert.expression for alert in built.facts.alerts}
    assert alerts.keys() == {"CanaryErrorRateHigh"} | (
        {"CanaryLatencyHigh"} if built.facts.indicator.histogram else set()
    )
    for expression in alerts.values():
        assert 'track="canary"' in expression
        assert 'track="stable"' in expression
        assert built.facts.indicator.total in expression


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("rollout", "track"),
    [
        (Canary(image=GREEN), "canary"),
        (Canary(image=GREEN, step=1), "canary"),
        (Canary(image=GREEN, matches=(HeaderMatch(name="X-Canary", value="1"),)), "canary"),
        (BlueGreen(active=Color.BLUE, green=GREEN, preview_host="next.example.com"), "green"),
    ],
    ids=["a share later", "a share", "a match", "a preview"],
)
def test_fails_when_nothing_leads_to_a_track(
    tier: str, rollout: Rollout, track: str, chart: Chart
) -> None:
    said = f"host: got None; give one: only its routes can lead to the track '{track}'"
    with pytest.raises(ConfigurationError, match=said):
        TIERS[tier](chart, container=Container(image=BLUE), workload=Workload(rollout=rollout))


def test_both_tracks_count_at_their_worst_moment(chart: Chart) -> None:
    def pods(id: str, rollout: Rollout) -> int:
        tier = ApiTier(
            chart,
            id,
            container=Container(image=BLUE),
            host=replace(HOST, renderer=VirtualServer()),
            scaling=Replicas(count=4),
            workload=Workload(rollout=rollout),
        )
        return tier.facts.footprints[0].pods

    assert pods("a", RollingUpdate()) == 4 + 1 + 4
    assert pods("b", BlueGreen(active=Color.BLUE, green=GREEN)) == 18
    assert pods("c", BlueGreen(active=Color.BLUE, green=GREEN, idle_replicas=0)) == 9
    assert pods("d", Canary(image=GREEN, scaling=Replicas(count=1))) == 9 + 3


@pytest.mark.mission("B93")
def test_fails_when_a_start_may_take_longer_than_the_rollout_waits(chart: Chart) -> None:
    slow = Http(probes=Probes(startup_budget_seconds=600))
    short = Workload(rollout=RollingUpdate(progress_deadline_seconds=620))
    with pytest.raises(ConfigurationError, match="use more than 620 seconds"):
        ApiTier(chart, "shop", container=Container(image=BLUE), http=slow, workload=short)
    ApiTier(
        chart,
        "slow",
        container=Container(image=BLUE),
        http=slow,
        workload=Workload(rollout=RollingUpdate(progress_deadline_seconds=700)),
    )


@pytest.mark.mission("B95")
def test_fails_when_the_preview_is_the_public_host(chart: Chart) -> None:
    rollout = BlueGreen(active=Color.BLUE, green=GREEN, preview_host="shop.example.com")
    with pytest.raises(ConfigurationError, match="use another than the public host"):
        ApiTier(
            chart,
            "shop",
            container=Container(image=BLUE),
            host=host(NginxIngress()),
            workload=Workload(rollout=rollout),
        )


@pytest.mark.parametrize("weights", [(90, 5), (100, 100), (-5, 105)])
def test_fails_when_weights_do_not_add_up(weights: tuple[int, int], chart: Chart) -> None:
    class Odd(RollingUpdate):
        def deploy(self, scope: Any, pod: Any, scaling: Any) -> Any:  # noqa: ANN401
            live = Canary(image=GREEN, step=1).deploy(scope, pod, scaling)
            return replace(
                live,
                tracks=tuple(
                    replace(track, weight=weight)
                    for track, weight in zip(live.tracks, weights, strict=True)
                ),
            )

    with pytest.raises(ConfigurationError, match="weight"):
        ApiTier(
            chart,
            "shop",
            container=Container(image=BLUE),
            host=host(VirtualServer()),
            workload=Workload(rollout=Odd()),
        )


def test_fails_when_two_canaries_are_on_one_route(chart: Chart) -> None:
    shop = host(VirtualServer())
    workload = Workload(rollout=Canary(image=GREEN, step=1))
    tiers = [
        ApiTier(chart, id, container=Container(image=BLUE), host=shop, workload=workload)
        for id in ("a", "b")
    ]
    with pytest.raises(ConfigurationError, match=r"Route\.paths: got '/api'; .*shop\.example\.com"):
        PublicHost(chart, "host", host=shop, constructs=tiers)
