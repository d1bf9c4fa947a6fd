"""Invariants of startup, probes and termination of pods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, strings
from constructs_lib.manifests.label_selectors import selects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

_SLEEP_SECONDS = re.compile(r"\bsleep[ (]+(\d+(?:\.\d+)?)")
_SLEEP_MILLISECONDS = re.compile(r"\bsetTimeout\(.*,\s*(\d+)\)")


def startup_fits_the_rollout(platform: Platform) -> Iterator[Violation]:
    """The progress deadline of a rollout is longer than the startup of a pod."""
    for workload in platform.workloads:
        if workload.kind != "Deployment":
            continue
        deadline = field(workload.manifest, "spec", "progressDeadlineSeconds", default=600)
        for container in workload.containers:
            budget = _startup_budget(container)
            if budget >= deadline:
                name = container.get("name")
                message = f"{name} may take {budget} s to start, but its rollout has {deadline} s"
                yield workload.manifest, message


def containers_are_probed(platform: Platform) -> Iterator[Violation]:
    """Containers that are kept running have liveness probes; one with ports, a readiness probe.

    A Deployment that no Service leads to may have none: nobody waits for the answer of a worker,
    and a probe by command may cost more than it finds.
    """
    for workload in platform.workloads:
        if not workload.runs_for_long or _is_a_worker(platform, workload):
            continue
        for container in workload.containers:
            if "livenessProbe" not in container:
                yield workload.manifest, f"{container.get('name')} has no livenessProbe"
        # What stands beside the main container, such as an exporter, must not stop it from serving.
        listening = [container for container in workload.containers if "ports" in container]
        if listening and not any("readinessProbe" in container for container in listening):
            yield workload.manifest, f"{listening[0].get('name')} has no readinessProbe"


def pauses_fit_the_grace_period(platform: Platform) -> Iterator[Violation]:
    """The preStop hook is shorter than the grace period, which includes it."""
    for workload in platform.workloads:
        grace = field(workload.pod, "terminationGracePeriodSeconds", default=30)
        for container in workload.containers:
            pause = _pause(container)
            if pause >= grace:
                name = container.get("name")
                message = f"{name} pauses for {pause:g} s, but is killed after {grace} s"
                yield workload.manifest, message


def _is_a_worker(platform: Platform, workload: WorkloadManifest) -> bool:
    services = (
        mapping(service, "spec", "selector")
        for service in platform.of_kind("Service", namespace=workload.namespace)
    )
    return workload.kind == "Deployment" and not any(
        selector and selects({"matchLabels": selector}, workload.labels) for selector in services
    )


def _startup_budget(container: Mapping[str, Any]) -> int:
    probe = mapping(container, "startupProbe") or mapping(container, "readinessProbe")
    attempts = field(probe, "failureThreshold", default=3) if "startupProbe" in container else 1
    period = field(probe, "periodSeconds", default=10)
    return field(probe, "initialDelaySeconds", default=0) + attempts * period


def _pause(container: Mapping[str, Any]) -> float:
    """Return how many seconds the preStop hook of a container sleeps, as far as it can be read."""
    hook = mapping(container, "lifecycle", "preStop")
    seconds = float(field(hook, "sleep", "seconds", default=0))
    command = " ".join(strings(hook, "exec", "command"))
    seconds += sum(float(number) for number in _SLEEP_SECONDS.findall(command))
    return seconds + sum(float(number) / 1000 for number in _SLEEP_MILLISECONDS.findall(command))
