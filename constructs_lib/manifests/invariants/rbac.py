"""Invariants of RBAC: no wildcards, no escalation, known subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mappings, strings
from constructs_lib.manifests.invariants.references import BINDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

_ROLES = ("Role.rbac.authorization.k8s.io", "ClusterRole.rbac.authorization.k8s.io")
_ESCALATING = frozenset({"bind", "escalate", "impersonate"})
_TOO_WIDE = frozenset(
    {"system:anonymous", "system:authenticated", "system:unauthenticated", "system:masters"}
)


def roles_hold_no_wildcards(platform: Platform) -> Iterator[Violation]:
    """A wildcard also allows resources that are installed later."""
    for role in platform.of_kind(*_ROLES):
        for rule in mappings(role, "rules"):
            for key in ("apiGroups", "resources", "verbs", "nonResourceURLs"):
                for value in strings(rule, key):
                    if "*" in value:
                        yield role, f"{key} holds {value!r}"


def roles_do_not_escalate(platform: Platform) -> Iterator[Violation]:
    """The verbs bind, escalate and impersonate give all permissions."""
    for role in platform.of_kind(*_ROLES):
        for rule in mappings(role, "rules"):
            for verb in sorted(_ESCALATING.intersection(strings(rule, "verbs"))):
                yield role, f"allows to {verb} {', '.join(strings(rule, 'resources'))}"


def bindings_have_known_subjects(platform: Platform) -> Iterator[Violation]:
    """No role is bound to anonymous users or to all authenticated ones."""
    for binding in platform.of_kind(*BINDINGS):
        for subject in mappings(binding, "subjects"):
            name = field(subject, "name", default="")
            if name in _TOO_WIDE:
                yield binding, f"its subject is {name}"


def bindings_do_not_give_everything(platform: Platform) -> Iterator[Violation]:
    """No binding refers to cluster-admin, which allows everything."""
    for binding in platform.of_kind(*BINDINGS):
        if field(binding, "roleRef", "name", default="") == "cluster-admin":
            yield binding, "gives cluster-admin"
