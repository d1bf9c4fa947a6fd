"""Acceptance: a trailer in a commit message that names a verdict, an object, its content, a reason.

``Accepts: refused StatefulSet app/postgres 5c20d1 -- moved by restore on 3 December``
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from constructs_lib.changes.report import Change, Changes
from constructs_lib.changes.verdicts import Verdict
from constructs_lib.errors import ConfigurationError

_KEY = "Accepts"
_TRAILER = re.compile(r"(\S+) (\S+ \S+) ([0-9a-f]{6})(?: -- (\S.*))?")


class Acceptance(NamedTuple):
    """A verdict about an object that somebody accepts.

    Args:
        verdict: that is accepted.
        object: such as ``StatefulSet app/postgres``.
        digest: of what is accepted.
        reason: why.
    """

    verdict: Verdict
    object: str
    digest: str
    reason: str


class Judgement(NamedTuple):
    """Changes, and which of them are accepted.

    Args:
        changes: all of them.
        accepted: those with an acceptance.
        open: those that need one.
        problems: acceptances that are none, or accept nothing.
    """

    changes: Changes
    accepted: tuple[tuple[Change, Acceptance], ...]
    open: tuple[tuple[Change, Verdict], ...]
    problems: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing is left to accept, and every acceptance accepts something."""
        return not self.open and not self.problems


def judgement(found: Changes, threshold: Verdict | None, trailers: Iterable[str]) -> Judgement:
    """Hold changes against what is accepted.

    Args:
        found: the changes.
        threshold: the least verdict that needs acceptance; None for no need at all.
        trailers: values of the trailer ``Accepts``.
    """
    accepted, problems = [], []
    for value in dict.fromkeys(trailers):
        read = _read(value)
        if isinstance(read, str):
            problems.append(read)
            continue
        change = next((each for each in found.changes if _is_about(each, read)), None)
        if change is None:
            problems.append(_unused(found, read))
        else:
            accepted.append((change, read))
    done = {(change.object, each.verdict) for change, each in accepted}
    needed = [
        (change, verdict)
        for change in found.changes
        for verdict in dict.fromkeys(each.verdict for each in change.findings)
        if threshold is not None and verdict >= threshold
    ]
    left = tuple((c, v) for c, v in needed if (c.object, v) not in done)
    return Judgement(found, tuple(accepted), left, tuple(problems))


def trailer(change: Change, verdict: Verdict) -> str:
    """Return the line that accepts a verdict about an object, without its reason."""
    return f"{_KEY}: {verdict.value} {change.object} {change.digest(verdict)} -- REASON"


def _read(value: str) -> Acceptance | str:
    match = _TRAILER.fullmatch(value.strip())
    verdicts = {each.value: each for each in Verdict}
    if match is None or match[1] not in verdicts:
        return f"not an acceptance: {value!r}; write VERDICT KIND NAMESPACE/NAME DIGEST -- REASON"
    words = (match[4] or "").split()
    least = 2 if match[1] == Verdict.LOSES_DATA.value else 1
    if len(words) < least or words == ["REASON"]:
        return f"no reason: {value!r}; write why after `-- `"
    return Acceptance(verdicts[match[1]], match[2], match[3], " ".join(words))


def _is_about(change: Change, read: Acceptance) -> bool:
    found = {each.verdict for each in change.findings}
    return (
        change.object == read.object
        and read.verdict in found
        and change.digest(read.verdict) == read.digest
    )


def _unused(found: Changes, read: Acceptance) -> str:
    for change in found.changes:
        if change.object == read.object and read.verdict in {f.verdict for f in change.findings}:
            other = change.digest(read.verdict)
            return (
                f"{read.verdict.value} {read.object} is another change than {read.digest} was "
                f"accepted for: look again, then write {other}"
            )
    return f"{read.verdict.value} {read.object} {read.digest} accepts nothing: take it out"


def of_commits(revisions: str) -> Iterator[str]:
    """Yield the values of the trailer in the messages of the commits of a range."""
    yield from _git("log", f"--format=%(trailers:key={_KEY},valueonly,unfold)", revisions, "--")


def of_message(text: str) -> Iterator[str]:
    """Yield the values of the trailer in a message, such as the text of a pull request."""
    for line in _git("interpret-trailers", "--parse", "--unfold", message=text):
        key, _, value = line.partition(":")
        if key.strip().lower() == _KEY.lower():
            yield value.strip()


def _git(*arguments: str, message: str = "") -> Sequence[str]:
    done = subprocess.run(  # noqa: S603 - the arguments are no shell's
        ["git", *arguments],  # noqa: S607 - the git of whoever calls
        input=message,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ConfigurationError("REVISION", arguments[-2], done.stderr.strip() or "name a range")
    return [line for line in done.stdout.splitlines() if line.strip()]
