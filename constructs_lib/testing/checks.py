"""Runs the invariants over a platform and collects problems."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from constructs_lib.manifests.invariants import INVARIANTS
from constructs_lib.manifests.platform import Platform, describe
from constructs_lib.manifests.sources import Source, manifests
from constructs_lib.values import Value

if TYPE_CHECKING:
    from collections.abc import Collection


class Problem(Value):
    """A violation of an invariant, which a cluster would reject, ignore, or suffer from.

    Args:
        object: with the problem, such as ``Deployment app/web``.
        invariant: its name.
        message: what is wrong.
    """

    object: str
    invariant: str
    message: str

    def __str__(self) -> str:
        """Return object and message in a line."""
        return f"{self.object}: {self.message}"


def problems(source: Source, *, given: Collection[str] = ()) -> list[Problem]:
    """Return every violation of an invariant, ordered by invariant.

    Args:
        source: an App, a Chart or manifests; check objects that refer to each other together.
        given: objects that exist in the cluster and not in the source, as
            ``Kind/name`` or ``Kind/namespace/name``: ``StorageClass/standard``; a host that another
            program makes as ``Host/shop.example.com``.
    """
    platform = Platform(manifests(source), given)
    return [
        Problem(object=describe(manifest), invariant=invariant.__name__, message=message)
        for invariant in INVARIANTS
        for manifest, message in invariant(platform)
    ]


def check(source: Source, *, given: Collection[str] = ()) -> None:
    """Check every invariant; to allow a violation, filter `problems` instead.

    Args:
        source: an App, a Chart or manifests.
        given: as for `problems`.

    Raises:
        AssertionError: invariants are violated; the message lists every violation.
    """
    __tracebackhide__ = True
    found = problems(source, given=given)
    if found:
        raise AssertionError(_report(found))


def _report(found: list[Problem]) -> str:
    lines = [f"{len(found)} problem{'s' if len(found) > 1 else ''}"]
    for invariant, group in groupby(found, key=attrgetter("invariant")):
        lines += ["", invariant.replace("_", " "), *(f"  {problem}" for problem in group)]
    return "\n".join(lines)
