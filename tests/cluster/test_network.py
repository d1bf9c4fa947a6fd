"""Just those connections pass that the constructs tell of, tried from inside of every pod.

The pods of jobs are left out, since none may run at the moment, and so are UDP and those on the
network of their node, which policies do not reach.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import reachability
from tests.cluster.client import source
from tests.cluster.images import reference
from tests.cluster.kubectl import Object, kubectl, pods, until
from tests.platform.shop import Shop

# What was added to a pod stays in it, so another run needs another name.
_PROBE = f"reachability-{uuid4().hex[:8]}"


@pytest.mark.mission("B34")
@pytest.mark.mission("B54")
@pytest.mark.mission("B56")
@pytest.mark.mission("B132")
@pytest.mark.mission("B135")
def test_just_the_declared_connections_pass(shop: Shop, figure: dict[str, object]) -> None:
    running = dict(_running(shop))
    ends = {
        (running[target]["status"]["podIP"], port): (target, port)
        for target, port in _ports(shop, running)
    }
    for pod in running.values():
        _probe(pod, [list(end) for end in ends])
    passed = {
        (path, *ends[address, port])
        for path, pod in running.items()
        for address, port in _result(pod)
        if address != pod["status"]["podIP"]  # no policy is between a pod and itself
    }
    declared = {
        (each.source, each.target, each.port)
        for each in reachability(shop.core)
        if each.protocol == "TCP"
        and {each.source, each.target} <= set(running)
        and each.source != each.target
    }
    figure.update(
        what="connections",
        pods=len(running),
        tried=len(running) * len(ends),
        passed=len(passed),
    )
    assert sorted(passed - declared) == [], "passes and is not declared"
    assert sorted(declared - passed) == [], "is declared and does not pass"


def _running(shop: Shop) -> Iterator[tuple[str, Object]]:
    """Yield a running pod of each workload, by its namespace and name."""
    for workload in Platform(shop.core).workloads:
        if not workload.runs_for_long or workload.pod.get("hostNetwork"):
            continue
        labels = workload.selector["matchLabels"]
        selector = ",".join(f"{name}={value}" for name, value in labels.items())
        yield (
            workload.path,
            next(
                pod
                for pod in pods(selector, namespace=workload.namespace)
                if pod["status"]["phase"] == "Running"
            ),
        )


def _ports(shop: Shop, running: Mapping[str, Object]) -> Iterator[tuple[str, int]]:
    for workload in Platform(shop.core).workloads:
        if workload.path in running:
            for port in workload.ports:
                if port.protocol == "TCP":
                    yield workload.path, port.number


def _probe(pod: Object, ends: list[list[object]]) -> None:
    """Start the program beside the containers of a pod, with its addresses and labels."""
    place = pod["metadata"]
    # What is beside root runs as root too.
    is_root = pod["spec"]["securityContext"].get("runAsUser") == 0
    profile = "baseline" if is_root else "restricted"
    kubectl(
        *("debug", place["name"], "-n", place["namespace"], f"--image={reference('tools')}"),
        *(f"--profile={profile}", "-c", _PROBE, "--quiet", "--"),
        *("python3", "-c", source("ports"), json.dumps(ends)),
    )


def _result(pod: Object) -> list[tuple[str, int]]:
    place = pod["metadata"]
    words = ("logs", place["name"], "-n", place["namespace"], "-c", _PROBE)
    said = until(lambda: kubectl(*words), f"an answer of {place['name']}", patience=180)
    return [(address, port) for address, port in json.loads(said)]
