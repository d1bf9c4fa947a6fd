"""What a field of a custom resource is called, when a change of it matters, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from constructs_lib.changes.types import Json
from constructs_lib.changes.verdicts import Verdict

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_DELETES = frozenset({"delete", "destroy", "wipe"})


def _is_less(value: Json, other: Json) -> bool:
    numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in (value, other))
    return numbers and value < other


def _is_on(_: Json, now: Json) -> bool:
    return now is True


def _words(value: Json) -> set[str]:
    return set(map(str, value)) if isinstance(value, list) else {str(value)} - {"None"}


def _length(value: Json) -> float:
    """Return a time such as ``30d`` in seconds, or a number as it is; 0 for anything else."""
    match = re.fullmatch(r"(\d+)([smhdwy]?)", str(value))
    return int(match[1]) * _SECONDS[match[2]] if match else 0


def _goes(was: Json, now: Json) -> bool:
    return was not in (None, False) and now in (None, False)


def _deletes(_: Json, now: Json) -> bool:
    return str(now).lower() in _DELETES


_KEPT = "judged by its name: what is stored goes with its object"
# What a field is called, when it matters, and what it means then.
BY_NAME: Sequence[tuple[str, Callable[[Json, Json], bool], Verdict, str]] = (
    ("(deletion|reclaim|delete|retention|removal)Policy", _deletes, Verdict.LOSES_DATA, _KEPT),
    ("when(Deleted|Scaled)", _deletes, Verdict.LOSES_DATA, _KEPT),
    ("delete(Claim|Data|OnTermination|OnDeletion)|forceDestroy", _is_on, Verdict.LOSES_DATA, _KEPT),
    (
        "(deletion|termination)Protection(Enabled)?",
        _goes,
        Verdict.LOSES_DATA,
        "judged by its name: nothing keeps it from being deleted any more",
    ),
    (
        "storage|persistence|volumeClaimTemplates?",
        _goes,
        Verdict.LOSES_DATA,
        "judged by its name: what it stored is not kept any more",
    ),
    (
        "retention(Period|Time|Days|Size)?|maxAge",
        lambda was, now: 0 < _length(now) < _length(was),
        Verdict.LOSES_DATA,
        "judged by its name: what is older is deleted",
    ),
    (
        "privileged|host(Network|PID|IPC|Path)",
        lambda was, now: _goes(now, was),
        Verdict.ESCALATES,
        "judged by its name: its pods may do more on their node",
    ),
    (
        "(allowed|source)?Namespaces|conditions",
        lambda was, now: was is not None and not now,
        Verdict.ESCALATES,
        "judged by its name: without it, it may be for every namespace",
    ),
    (
        "insecure.*|.*skip(Tls)?Verify.*|.*publiclyAccessible|public(Access)?",
        _is_on,
        Verdict.EXPOSES,
        "judged by its name: it is open to more, or checks less",
    ),
    (
        "tls|ssl|encryption|storageEncrypted",
        _goes,
        Verdict.EXPOSES,
        "judged by its name: what was encrypted is not any more",
    ),
    (
        "(service)?type",
        lambda was, now: now == "LoadBalancer" != was,
        Verdict.EXPOSES,
        "judged by its value: a load balancer leads to it",
    ),
    (
        "(min|max)?(replicas?|replicaCount|instances|members|nodes|nodeCount)",
        lambda was, now: _is_less(now, was),
        Verdict.WEAKENS,
        "judged by its name: there are fewer copies",
    ),
    (
        "hosts?|hostnames?|domains?|fqdns?",
        lambda was, now: bool(_words(was) and _words(now) - _words(was)),
        Verdict.EXPOSES,
        "judged by its name: it answers for more hosts",
    ),
    (
        "hosts?|hostnames?|domains?|fqdns?",
        lambda was, now: bool(_words(was) - _words(now)),
        Verdict.CUTS_OFF,
        "judged by its name: it answers for fewer hosts",
    ),
    ("suspend(ed)?|paused?|disabled?", _is_on, Verdict.WEAKENS, "judged by its name: it stops"),
    ("enabled?", _goes, Verdict.WEAKENS, "judged by its name: it stops"),
    (
        "prune",
        _is_on,
        Verdict.WEAKENS,
        "judged by its name: what is in no file is deleted",
    ),
    (
        "backups?|.*backupPolicy|scheduledBackup",
        _goes,
        Verdict.WEAKENS,
        "judged by its name: nothing is backed up any more",
    ),
)
"""By name, when it matters, the verdict and the reason."""
