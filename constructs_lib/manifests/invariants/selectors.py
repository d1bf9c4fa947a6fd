"""Workloads find their own pods, and nobody else's."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from constructs_lib.manifests.label_selectors import keys, selects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Finding
    from constructs_lib.manifests.platform import Platform

_VERSIONS = frozenset({"app.kubernetes.io/version", "helm.sh/chart", "version"})


def selectors_match_own_pods(platform: Platform) -> Iterator[Finding]:
    """A selector that misses its own pods is refused by the API server."""
    for workload in platform.workloads:
        selector, labels = workload.selector, workload.labels
        if workload.runs_for_long and not (selector and selects(selector, labels)):
            yield workload.manifest, f"selector {selector} does not match pods {labels}"


def selectors_are_disjoint(platform: Platform) -> Iterator[Finding]:
    """Autoscalers and budgets count all pods that a selector matches, whoever made them."""
    for workload, other in permutations(platform.workloads, 2):
        if not workload.selector or workload.namespace != other.namespace:
            continue
        if selects(workload.selector, other.labels):
            yield workload.manifest, f"its selector also matches the pods of {other.path}"


def selectors_hold_no_version(platform: Platform) -> Iterator[Finding]:
    """Selectors cannot change, so a version in one forbids every update."""
    for workload in platform.workloads:
        for key in sorted(keys(workload.selector) & _VERSIONS):
            yield workload.manifest, f"selector holds {key}, which changes with a release"
