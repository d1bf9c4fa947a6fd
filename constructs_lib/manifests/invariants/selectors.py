"""Invariants of selectors: they match the pods of their workload, and no others."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from constructs_lib.manifests.label_selectors import keys, selects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

_VERSIONS = frozenset({"app.kubernetes.io/version", "helm.sh/chart", "version"})


def selectors_match_own_pods(platform: Platform) -> Iterator[Violation]:
    """The API server rejects a selector that does not match its own pods."""
    for workload in platform.workloads:
        selector, labels = workload.selector, workload.labels
        if workload.runs_for_long and not (selector and selects(selector, labels)):
            yield workload.manifest, f"selector {selector} does not match pods {labels}"


def selectors_are_disjoint(platform: Platform) -> Iterator[Violation]:
    """Autoscalers and budgets count all pods that a selector matches, of any workload."""
    for workload, other in permutations(platform.workloads, 2):
        if not workload.selector or workload.namespace != other.namespace:
            continue
        if selects(workload.selector, other.labels):
            yield workload.manifest, f"its selector also matches the pods of {other.path}"


def selectors_hold_no_version(platform: Platform) -> Iterator[Violation]:
    """Selectors are immutable, so a version in one prevents every update."""
    for workload in platform.workloads:
        for key in sorted(keys(workload.selector) & _VERSIONS):
            yield workload.manifest, f"selector holds {key}, which changes with a release"
