"""Which pods make room for others: their PriorityClass, before and after."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.manifests.fields import field
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

_CLASS = "PriorityClass.scheduling.k8s.io"
_OF_THE_SYSTEM = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def importance(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield that pods of a workload make room for more others than before."""
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None:
        return
    before, after = _value(comparison.before, was), _value(comparison.after, now)
    if before is not None and after is not None and after < before:
        why = f"pods have priority {after} instead of {before}: others push them out sooner"
        changed = tuple(each for each in pair.fields if "priorityClassName" in each.path)
        yield Finding(Verdict.WEAKENS, "importance", why, changed or pair.fields)


def _value(platform: Platform, workload: WorkloadManifest) -> int | None:
    """Return how important pods are; None if their class is in no file."""
    name = field(workload.pod, "priorityClassName", default="")
    if not name:
        usual = (each for each in platform.of_kind(_CLASS) if each.get("globalDefault"))
        return field(next(usual, {}), "value", default=0)
    found = platform.get(_CLASS, "", name)
    return _OF_THE_SYSTEM.get(name) if found is None else field(found, "value", default=0)
