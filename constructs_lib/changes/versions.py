"""Versions of Kubernetes: which of them refuse what others take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Finding, Verdict
from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import field, mappings

OLDEST, NEWEST = "1.27", "1.37"
OF_PODS = frozenset({"Resource", "ContainerResource", "Pods"})
"""The types of metrics that tell nothing while there are no pods."""
_ASKED = ((1, 29), (1, 34), (1, 37))
"""The versions of whose code the fields were asked that may not change."""
_FREE_SINCE = {("StatefulSet", "spec.revisionHistoryLimit"): (1, 33)}
"""By kind and field, the version between those since which it may change; it was read."""
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

    @property
    def told_oldest(self) -> str:
        """The oldest, to be read."""
        return _written(self.oldest)

    @property
    def told_newest(self) -> str:
        """The newest, to be read."""
        return _written(self.newest)

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


def refuses(row: Mapping[str, Any], version: tuple[int, int]) -> bool:
    """Tell whether a version refuses what a row of the table of refused fields says.

    Of a version that was not asked the next older one counts, or the oldest.
    """
    since = _FREE_SINCE.get((row["kind"], row["path"]))
    if since is not None:
        return version < since
    asked = max((each for each in _ASKED if each <= version), default=_ASKED[0])
    return _written(asked) in row.get("versions", (_written(asked),))


def refused_by_older(pair: Pair, version: tuple[int, int]) -> Iterator[Finding]:
    """Yield what a version refuses of an autoscaler that a later one takes."""
    to_nothing = [each for each in pair.below("spec.minReplicas") if each.after == 0]
    metrics = {field(each, "type", default="") for each in mappings(pair.now, "spec", "metrics")}
    if to_nothing and metrics - OF_PODS and version < _TO_NOTHING_SINCE:
        why = f"no pods at all are refused before Kubernetes {_written(_TO_NOTHING_SINCE)}"
        yield Finding(Verdict.REFUSED, "version", why, tuple(to_nothing))
