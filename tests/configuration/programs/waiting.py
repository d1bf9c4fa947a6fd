"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def becomes(sight: Callable[[], object], *, seconds: float = 20) -> bool:
    """Tell whether something is seen within this time."""
    deadline = time.monotonic() + seconds
    while not (seen := bool(sight())) and time.monotonic() < deadline:
        time.sleep(0.2)
    return seen
