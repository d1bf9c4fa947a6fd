"""Versions of Kubernetes: which of them refuse what others take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import field, mappings

OLDEST, NEWEST = "1.27", "1.37"
OF_PODS = frozenset({"Resource", "ContainerResource", "Pods"})
"""The types of metrics that tell nothing while there are no pods."""
FREE_SINCE = (
    ("CSIDriver.storage.k8s.io", "spec.fsGroupPolicy", (1, 34)),
    ("CSIDriver.storage.k8s.io", "spec.podInfoOnMount", (1, 34)),
    ("PersistentVolume", "spec.volumeAttributesClassName", (1, 34)),
    ("StatefulSet.apps", "spec.revisionHistoryLimit", (1, 33)),
)
"""Fields that may change, and the version since which they may.

They were refused by an API server of 1.29.3, and taken by those of 1.34.2 and 1.37.2. Of versions
between, nothing was seen; that 1.33 takes the last one was read.
"""
_TO_NOTHING_SINCE = (1, 37)


class Versions(NamedTuple):
    """The versions of Kubernetes that manifests are for.

    Args:
        oldest: what it refuses and the newest takes is told, and is no refusal.
        newest: the one that judges.
    """

    oldest: tuple[int, int]
    newest: tuple[int, int]

    @classmethod
    def of(cls, oldest: str, newest: str) -> Self:
        """Read versions such as ``1.29``.

        Raises:
            ConfigurationError: one is none, or the oldest is above the newest.
        """
        first, last = (_read(each) for each in (oldest, newest))
        if first > last:
            raise ConfigurationError("versions", f"{oldest}-{newest}", "name the oldest first")
        return cls(first, last)

    def __str__(self) -> str:
        return "Kubernetes " + " to ".join(dict.fromkeys(map(_written, self)))


def _read(version: str) -> tuple[int, int]:
    match = re.fullmatch(r"v?(\d+)\.(\d+)(\.\d+)?", version)
    if match is None:
        raise ConfigurationError("versions", version, f"write one such as {NEWEST}")
    return int(match[1]), int(match[2])


def _written(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


VERSIONS = Versions.of(OLDEST, NEWEST)
"""Those that this library is for."""


def refused_by_older(pair: Pair, version: tuple[int, int]) -> Iterator[Finding]:
    """Yield what a version refuses of an update that a later one takes."""
    for kind, path, since in FREE_SINCE:
        changed = pair.below(path)
        if pair.kind == kind and changed and version < since:
            why = f"refused before Kubernetes {_written(since)}"
            yield Finding(Verdict.REFUSED, "version", why, changed)
    to_nothing = [each for each in pair.below("spec.minReplicas") if each.after == 0]
    metrics = {field(each, "type", default="") for each in mappings(pair.now, "spec", "metrics")}
    if to_nothing and metrics - OF_PODS and version < _TO_NOTHING_SINCE:
        why = f"no pods at all are refused before Kubernetes {_written(_TO_NOTHING_SINCE)}"
        yield Finding(Verdict.REFUSED, "version", why, tuple(to_nothing))
