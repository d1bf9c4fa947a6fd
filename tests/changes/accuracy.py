"""How often what is said of a change is right: counted over the cases, and written into a page.

`python -m tests.changes.accuracy` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

from constructs_lib.changes import Deploys, Verdict, changes
from tests.changes.cases import HERE, Case, cases, cases_of

PAGE = Path(__file__).parents[2] / "docs/explanation/how-right-changes-are.md"
_COUNTED = re.compile("(?<=<!-- counted -->\n).*(?=<!-- end -->)", re.DOTALL)
_WRONG = ("dangerous called harmless", "harmless called dangerous")
# What is said, and what is right.
Judged = tuple[Verdict, Verdict]


def page() -> str:
    """Return the page with what is counted now."""
    return _COUNTED.sub(lambda _: counted(), PAGE.read_text())


def counted() -> str:
    """Return both tables."""
    everything = [(_said(case), _right(case)) for case in cases()]
    files = sorted(
        (HERE / "pairs").glob("collected*.yaml"), key=lambda file: (len(file.name), file)
    )
    new = [_when_new(file) for file in files]
    collected = [each for collection in new for each in collection]
    rows = [
        f"| {' | '.join(('', 'changes', 'the worst verdict is right', *_WRONG))} |",
        "|---|---|---|---|---|",
        _row("all cases, now", everything),
        *(_row(f"collection {place}, when new", each) for place, each in enumerate(new, 1)),
        "",
        "| verdict | all cases | precision | recall | collected | precision | recall |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {verdict.value} | {_shares(verdict, everything)} | {_shares(verdict, collected)} |"
            for verdict in sorted(Verdict, reverse=True)
        ),
    ]
    return "".join(f"{row}\n" for row in rows)


def _when_new(collection: Path) -> list[Judged]:
    """Return what was told first of the cases of a file, where it stands beside what is right."""
    return [
        (Verdict(case.told) if case.told else _right(case), _right(case))
        for case in cases_of(collection)
    ]


def _said(case: Case) -> Verdict:
    return changes(case.before, case.after, deploys=Deploys(case.deploys)).worst


def _right(case: Case) -> Verdict:
    said = {verdict for _, verdicts in case.found.values() for verdict in verdicts}
    return max(map(Verdict, said), default=Verdict.HARMLESS)


def _row(what: str, judged: list[Judged]) -> str:
    counted = (str(len(judged)), _are_right(judged), _are_missed(judged), _are_alarms(judged))
    return f"| {what} | {' | '.join(counted)} |"


def _are_right(judged: list[Judged]) -> str:
    return str(sum(said is right for said, right in judged))


def _are_missed(judged: list[Judged]) -> str:
    dangerous = [said for said, right in judged if right >= Verdict.WEAKENS]
    return f"{sum(said < Verdict.WEAKENS for said in dangerous)} of {len(dangerous)}"


def _are_alarms(judged: list[Judged]) -> str:
    harmless = [said for said, right in judged if right < Verdict.WEAKENS]
    return f"{sum(said >= Verdict.WEAKENS for said in harmless)} of {len(harmless)}"


def _shares(verdict: Verdict, judged: list[Judged]) -> str:
    there = sum(right is verdict for _, right in judged)
    found = sum(said is verdict for said, _ in judged)
    both = sum(said is verdict is right for said, right in judged)
    return f"{there} | {_percent(both, found)} | {_percent(both, there)}"


def _percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else ""


if __name__ == "__main__":
    PAGE.write_text(page())
