"""Defaults of rollouts, the same for all controllers."""

from __future__ import annotations

from constructs_lib.rules import check_seconds
from constructs_lib.values import Value

# How many old versions can be rolled back to.
REVISION_HISTORY_LIMIT = 5
# How long a new pod must be ready before it counts, and the next one is replaced.
MIN_READY_SECONDS = 10
# Without progress for that long a rollout is failed.
PROGRESS_DEADLINE_SECONDS = 600
# Of it, at least, to be scheduled, on a new node too, and to get its image.
_BEFORE_START_SECONDS = 300


class LongestStart(Value):
    """Ten minutes, or as long as a start may take and five minutes before it."""

    def seconds(self, start: int) -> int:
        """Return the deadline of pods whose start may take so long."""
        return max(PROGRESS_DEADLINE_SECONDS, start + _BEFORE_START_SECONDS)


def check_progress_deadline(rollout: str, said: int | LongestStart) -> None:
    """Refuse what is no time to wait for progress."""
    if isinstance(said, int):
        check_seconds(f"{rollout}.progress_deadline_seconds", said)
