"""What is written for a platform, with the places of a test in it."""

from __future__ import annotations

from collections.abc import Mapping


def placed(text: str, places: Mapping[str, str]) -> str:
    """Return a text with other paths and ports in place of its own; it has all of them."""
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    return text
