"""Tracks that share a host agree on who gets which request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart
from constructs import Construct

from constructs_lib import (
    ApiTier,
    Canary,
    ConfigurationError,
    Container,
    Host,
    RollingUpdate,
    Tls,
    VirtualServer,
    Workload,
)
from constructs_lib.pods import Pod
from constructs_lib.rollouts import HeaderMatch, Live, Scaling

MATCHES = (HeaderMatch(name="X-New", value="1"), HeaderMatch(name="x-new", value="1"))


class Rivals(RollingUpdate):
    """Two tracks that both claim the same requests."""

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Make both Deployments."""
        live = Canary(image="example.com/api:2.0.4", step=1).deploy(scope, pod, scaling)
        tracks = tuple(
            replace(track, matches=(match,))
            for track, match in zip(live.tracks, MATCHES, strict=True)
        )
        return replace(live, tracks=tracks)


@pytest.mark.mission("B136")
def test_fails_when_two_tracks_claim_the_same_requests(chart: Chart) -> None:
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer())
    with pytest.raises(ConfigurationError, match=r"Track\.matches"):
        ApiTier(
            chart,
            "api",
            container=Container(image="example.com/api:2.0.3"),
            host=host,
            workload=Workload(rollout=Rivals()),
        )
