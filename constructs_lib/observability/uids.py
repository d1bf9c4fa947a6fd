"""What the dashboard and the rules of a construct are called, which stays when a title changes."""

from __future__ import annotations

import hashlib

# https://grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api/dashboard/
_LONGEST = 40


def uid(*words: str) -> str:
    """Return the words as one, short enough and still unlike any other."""
    whole = "-".join(words)
    if len(whole) <= _LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: _LONGEST - 9].rstrip('-')}-{digest}"
