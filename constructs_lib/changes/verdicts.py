"""What is said about a change: outcomes, verdicts with their certainty, and findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum
from functools import total_ordering
from typing import Any, NamedTuple


@total_ordering
class Verdict(Enum):
    """What a change means; the worse is the greater."""

    HARMLESS = "harmless"
    """None of the others."""
    LATER = "later"
    """It takes effect at the next start, run or rollout."""
    RESTARTS = "restarts"
    """Pods are replaced under the strategy of their workload."""
    UNKNOWN = "unknown"
    """A field that no rule knows."""
    IGNORED = "ignored"
    """It is accepted, and what lives will not be what the file says."""
    LEFT_BEHIND = "left-behind"
    """It lives on in no file, with the effect that it had."""
    DELETES = "deletes"
    """An object without data goes."""
    WEAKENS = "weakens"
    """Fewer copies, zones, probes or backups, or pods that run would not be made again."""
    CUTS_OFF = "cuts-off"
    """A connection, route, right or key that worked stops to."""
    EXPOSES = "exposes"
    """A connection, range of addresses or door is there that was not, or loses TLS."""
    ESCALATES = "escalates"
    """A subject gains a right, a pod a privilege, or a guard refuses less."""
    REFUSED = "refused"
    """The API server answers with an error: nothing of this object is applied, the rest is."""
    LOSES_DATA = "loses-data"
    """What is stored is gone or no longer read, now or by a deletion that is now permitted."""

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        order = list(Verdict)
        return order.index(self) < order.index(other)


class Certainty(Enum):
    """How sure a finding is."""

    CERTAIN = "certain"
    """By the rules of Kubernetes and what the files say."""
    CONDITIONAL = "conditional"
    """It depends on something that the files do not say; the reason names it."""
    ASSUMED = "assumed"
    """It needs knowledge of what runs in the containers."""


class Outcome(Enum):
    """What an apply does with an object."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    UPDATED = "updated"
    REFUSED = "refused"
    LEFT_BEHIND = "left-behind"
    DELETED = "deleted"


class Deploys(Enum):
    """How files come into the cluster, which decides what happens to an object that vanishes."""

    APPLY = "apply"
    """``kubectl apply -f``, which deletes nothing."""
    SERVER_SIDE = "server-side"
    """``kubectl apply --server-side``, which deletes nothing, and knows who said which field."""
    PRUNE = "prune"
    """``kubectl apply --prune``, which deletes the kinds of its list."""
    GITOPS = "gitops"
    """Argo CD or Flux with pruning, which delete all that they made."""


class FieldChange(NamedTuple):
    """A field that differs.

    Args:
        path: such as ``spec.template.spec.containers[api].image``.
        before: its value; None for none.
        after: its value; None for none.
    """

    path: str
    before: Any
    after: Any


class Finding(NamedTuple):
    """A verdict with its reason.

    Args:
        verdict: what the change means.
        rule: the rule that says so, such as ``immutable``.
        why: the reason, in a sentence.
        fields: that differ.
        remedy: what to do; empty for nothing.
        certainty: how sure it is.
    """

    verdict: Verdict
    rule: str
    why: str
    fields: tuple[FieldChange, ...] = ()
    remedy: str = ""
    certainty: Certainty = Certainty.CERTAIN


def digest(subject: str, findings: Iterable[Finding]) -> str:
    """Return six digits for what is found about an object, and just that."""
    content = repr([(subject, each.verdict.value, each.rule, each.fields) for each in findings])
    return hashlib.sha256(content.encode()).hexdigest()[:6]
