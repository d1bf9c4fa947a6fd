"""Probes and hooks: what tells that a container is ready, hangs or ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.changes.placement import touching
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.workloads import WorkloadManifest

_WITHOUT = {
    "readinessProbe": "a pod counts as ready once it runs, and keeps its traffic when it is not",
    "livenessProbe": "a container that hangs is not started again",
    "startupProbe": "the other probes count from the first second on",
}


def probes(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield the probes and hooks that go from a container, and those that ask nobody."""
    after = {field(each, "name", default=""): each for each in now.all_containers}
    for container in was.all_containers:
        other = after.get(field(container, "name", default=""))
        if other is None:
            continue
        for probe, why in _WITHOUT.items():
            if probe in container and probe not in other:
                fields = touching(changed, probe)
                yield Finding(Verdict.WEAKENS, "probe", f"without {probe} {why}", fields)
            port = _unknown_port(other, probe)
            if port and port != _unknown_port(container, probe):
                yield _asks_nobody(probe, port, touching(changed, probe, "ports"))
        if mapping(container, "lifecycle", "preStop") and not mapping(
            other, "lifecycle", "preStop"
        ):
            why = "a process ends while it is still sent requests: some fail in each rollout"
            fields = touching(changed, "lifecycle")
            yield Finding(Verdict.WEAKENS, "pre-stop", why, fields)
    gates = [
        {field(each, "conditionType", default="") for each in mappings(pod, "readinessGates")}
        for pod in (was.pod, now.pod)
    ]
    for gate in sorted(gates[1] - gates[0]):
        why = f"pods are ready only once somebody sets {gate} on them"
        conditional = Certainty.CONDITIONAL
        fields = touching(changed, "readinessGates")
        yield Finding(Verdict.WEAKENS, "gate", why, fields, certainty=conditional)
    grace = "terminationGracePeriodSeconds"
    if field(now.pod, grace, default=30) < field(was.pod, grace, default=30):
        why = "what takes longer to end is killed"
        yield Finding(Verdict.WEAKENS, "grace-period", why, touching(changed, grace))


def _asks_nobody(probe: str, port: str, fields: tuple[FieldChange, ...]) -> Finding:
    if probe == "livenessProbe":
        why = f"{probe} asks port {port}, which its container does not have: it never fails"
        return Finding(Verdict.WEAKENS, "probe", why, fields)
    why = f"{probe} asks port {port}, which its container does not have: no new pod is ever ready"
    return Finding(Verdict.CUTS_OFF, "probe", why, fields)


def _unknown_port(container: Mapping[str, Any], probe: str) -> str:
    """Return the name of the port that a probe asks, if its container has none of that name."""
    for action in ("httpGet", "tcpSocket"):
        port = mapping(container, probe, action).get("port")
        names = [each.get("name") for each in mappings(container, "ports")]
        if isinstance(port, str) and port not in names:
            return port
    return ""
