"""Expositions: the metrics in them, and what is kept of one that was captured.

curl http://exporter/metrics | python -m tests.observability.exposition "What it was."
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CAPTURED = Path(__file__).parent / "expositions"
_NAME = re.compile(r"^([a-zA-Z_:][\w:]*)[{ ]", re.MULTILINE)
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="')


def names(text: str) -> frozenset[str]:
    """Return the metrics that there are samples of."""
    return frozenset(_NAME.findall(text))


def captured(exporter: str) -> frozenset[str]:
    """Return the metrics of one that was captured."""
    return names((CAPTURED / f"{exporter}.txt").read_text())


def labels() -> dict[str, frozenset[str]]:
    """Return the labels of each metric that was captured, whoever told it."""
    told: dict[str, frozenset[str]] = {}
    for path in CAPTURED.glob("*.txt"):
        for name, written in _SAMPLE.findall(path.read_text()):
            told[name] = told.get(name, frozenset()) | frozenset(_LABEL.findall(written))
    return told


def reduced(text: str, title: str) -> str:
    """Return one sample of each metric, with the names of its labels but no values."""
    lines = [f"# {title} One sample of each metric, without values."]
    seen: set[str] = set()
    for line in text.splitlines():
        if (named := _NAME.match(line)) and named[1] not in seen:
            seen.add(named[1])
            series = re.sub(r'="(?:[^"\\]|\\.)*"', '=""', line).rpartition(" ")[0]
            lines.append(f"{series} 0")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reduced(sys.stdin.read(), sys.argv[1]))
