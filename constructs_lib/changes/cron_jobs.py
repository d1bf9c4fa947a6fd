"""CronJobs: when they run, and whether they run at all."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.schedules import never
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import mapping

# The controller looks every ten seconds, and what is later than the deadline is skipped.
_LOOKS_EVERY = 10


def cron_jobs(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what another schedule means, and what keeps a CronJob from running."""
    if pair.kind != "CronJob.batch":
        return
    spec = mapping(pair.now, "spec")
    for suspend in pair.below("spec.suspend"):
        if suspend.after:
            yield Finding(Verdict.WEAKENS, "suspended", "it runs no more", (suspend,))
        else:
            yield Finding(Verdict.LATER, "resumed", "it runs again", (suspend,))
    for change in pair.below("spec.startingDeadlineSeconds"):
        if isinstance(change.after, int) and change.after < _LOOKS_EVERY:
            why = f"its controller looks every {_LOOKS_EVERY} s: runs may be skipped"
            conditional = Certainty.CONDITIONAL
            yield Finding(Verdict.WEAKENS, "deadline", why, (change,), certainty=conditional)
    for schedule in pair.below("spec.schedule"):
        if never(str(schedule.after)) and not never(str(schedule.before)):
            why = "no month has that day: it runs no more"
            yield Finding(Verdict.WEAKENS, "suspended", why, (schedule,))
            continue
        deadline = spec.get("startingDeadlineSeconds")
        why = (
            f"a time that was missed by less than {deadline} s starts at once"
            if deadline
            else "without startingDeadlineSeconds a time between the last run and now counts as "
            "missed, and starts at once"
        )
        yield Finding(Verdict.LATER, "schedule", why, (schedule,))
