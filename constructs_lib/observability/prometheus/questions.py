"""Which metrics a question to Prometheus names."""

from __future__ import annotations

import re

_TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|#.*")
_LABELS = re.compile(
    r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
    re.IGNORECASE,
)
# No function, and no unit of a number before it.
_WORD = re.compile(r"(?<![\w:.])[a-zA-Z_:][\w:]*+(?!\s*\()", re.ASCII)
# https://prometheus.io/docs/prometheus/latest/querying/operators/
_KEYWORDS = frozenset(
    ("and", "or", "unless", "atan2", "bool", "offset", "group_left", "group_right", "inf", "nan")
)


def metrics_asked(expression: str) -> frozenset[str]:
    """Return the names of the metrics in an expression of PromQL."""
    words = _WORD.findall(_LABELS.sub(" ", _TEXT.sub('""', expression)))
    return frozenset(word for word in words if word.lower() not in _KEYWORDS)
