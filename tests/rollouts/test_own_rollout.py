"""A rollout and a renderer that the library does not know run through a tier as its own do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import pytest
from cdk8s import Chart
from constructs import Construct

from constructs_lib import (
    Autoscaling,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    PublicHost,
    RollingUpdate,
    Tls,
    WebTier,
    Workload,
)
from constructs_lib.facts import Footprint, Neighbour
from constructs_lib.pods import Pod
from constructs_lib.rollouts import Live, Scaling
from constructs_lib.testing import check, find, find_all
from constructs_lib.traffic import Renderer, ServedRoute, Spoken


class Halves:
    """Two tracks that share the traffic for good, such as of two machine types."""

    update = RollingUpdate()

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Make both Deployments."""
        return Live(
            tracks=tuple(
                replace(
                    self.update.track(scope, pod, scaling, name=name, suffix=f"-{name}"),
                    service=f"{pod.identity.name}-{name}",
                    weight=50,
                )
                for name in ("arm", "intel")
            )
        )

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return what both take."""
        half = self.update.footprint(pod, scaling)
        return replace(half, pods=2 * half.pods, objects={"count/deployments.apps": 2})


@dataclass
class Recorder:
    """A renderer that makes nothing, and keeps what it was told."""

    controller: Neighbour = field(
        default_factory=lambda: Neighbour(name="edge", namespace="edge", selector={"app": "edge"})
    )
    told: list[ServedRoute] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    default_read_seconds: int | None = None
    idle_seconds: int = 60
    detach_seconds: int = 10
    splits_traffic: bool = True
    shares_hosts: bool = True

    def expressed(self, spoken: Spoken) -> Collection[str]:
        return ()

    def render_host(self, scope: Construct, host: Host, served: Sequence[ServedRoute]) -> None:
        """Keep the name of the host."""
        self.hosts.append(host.name)
        assert list(served) == self.told

    def render_redirect(self, scope: Construct, host: Host, name: str) -> None:
        raise NotImplementedError

    def render_route(self, scope: Construct, served: ServedRoute) -> None:
        """Keep the route."""
        self.told.append(served)


def web(chart: Chart, renderer: Renderer) -> WebTier:
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=renderer)
    tier = WebTier(
        chart,
        "web",
        container=Container(image="registry.example.com/shop/web:1.4.2"),
        host=host,
        scaling=Autoscaling(min_replicas=2, max_replicas=4),
        workload=Workload(rollout=Halves()),
    )
    PublicHost(chart, "host", host=host, constructs=[tier])
    return tier


def test_each_track_has_its_own_objects(chart: Chart) -> None:
    web(chart, Recorder())
    for kind in ("Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"):
        names = [manifest["metadata"]["name"] for manifest in find_all(chart, kind)]
        assert sorted(names) == ["web-arm", "web-intel"], kind
    check(chart)


def test_selectors_are_disjoint(chart: Chart) -> None:
    web(chart, Recorder())
    for name, other in (("arm", "intel"), ("intel", "arm")):
        labels = find(chart, "Deployment", f"web-{name}")["spec"]["template"]["metadata"]["labels"]
        own = find(chart, "Service", f"web-{name}")["spec"]["selector"]
        others = find(chart, "Service", f"web-{other}")["spec"]["selector"]
        assert own.items() <= labels.items()
        assert not others.items() <= labels.items()


def test_a_renderer_is_told_both_tracks(chart: Chart) -> None:
    renderer = Recorder()
    tier = web(chart, renderer)
    (route,) = renderer.told
    assert renderer.hosts == ["shop.example.com"]
    assert {track.name: track.weight for track in route.tracks} == {"arm": 50, "intel": 50}
    assert tier.facts.footprints[0].pods == 2 * (4 + 1 + 4)
    assert renderer.controller in [call.source for call in tier.facts.calls]


def test_fails_where_the_controller_takes_one_track(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"got \['arm', 'intel'\]; NginxIngress cannot"):
        web(chart, NginxIngress())
