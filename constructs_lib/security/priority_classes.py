"""The PriorityClasses of a platform."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.pods.priority import Importance, PriorityClasses

# Pods without a class have 0, and so stand between what watches and jobs.
_VALUES = {
    Importance.DATABASE: 100_000,
    Importance.APPLICATION: 10_000,
    Importance.OBSERVABILITY: 1_000,
    Importance.JOB: -1_000,
}


def priority_classes(scope: Construct, classes: PriorityClasses) -> None:
    """Create each PriorityClass; two of one name are one class, with the higher value."""
    values: dict[str, int] = {}
    for importance, value in _VALUES.items():
        values.setdefault(classes.of(importance), value)
    for name, value in values.items():
        k8s.KubePriorityClass(
            scope,
            f"PriorityClass-{name}",
            metadata=names.metadata(scope, "PriorityClass", name, field="PriorityClasses"),
            value=value,
        )
