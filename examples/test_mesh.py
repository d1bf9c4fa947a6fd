"""The quota of the example has room for a proxy beside each container, which gets out."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from cdk8s import App

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.pod_counts import worst_moment
from constructs_lib.quantities import parse
from constructs_lib.testing import Pods, can_reach, check, find, manifests

build = runpy.run_path(str(Path(__file__).parent / "mesh" / "main.py"))["build"]
ISTIOD = Pods(namespace="istio-system", labels={"app": "istiod"})


@pytest.mark.mission("B106")
def test_proxies_are_asked_for_paid_for_and_reach_their_control_plane(app: App) -> None:
    build(app)
    check(app)
    platform = Platform(manifests(app))
    hard = find(app, "ResourceQuota", "quota", "shop")["spec"]["hard"]
    needed = parse("0")
    for workload in platform.workloads:
        assert workload.labels["sidecar.istio.io/inject"] == "true"
        assert can_reach(app, workload.path, ISTIOD, 15012)
        said, (container,) = workload.annotations, workload.pod["containers"]
        proxy = parse(said["sidecar.istio.io/proxyMemory"])
        own = parse(container["resources"]["requests"]["memory"])
        needed += worst_moment(platform, workload) * (own + proxy)
    assert parse(hard["requests.memory"]) >= needed
