"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def becomes(sight: Callable[[], object], *, seconds: float = 20, pause: float = 0.2) -> bool:
    """Tell whether something is seen within this time."""
    deadline = time.monotonic() + seconds
    while not (seen := bool(sight())) and time.monotonic() < deadline:
        time.sleep(pause)
    return seen
