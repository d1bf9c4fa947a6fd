"""Defaults of rollouts, the same for all controllers."""

from __future__ import annotations

# How many old versions can be rolled back to.
REVISION_HISTORY_LIMIT = 5
# How long a new pod must be ready before it counts, and the next one is replaced.
MIN_READY_SECONDS = 10
# Without progress for that long a rollout is failed.
PROGRESS_DEADLINE_SECONDS = 600
