"""Tables of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table under its title, numbers at the right with two places."""
    cells = [list(columns), *([_written(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in cells
    ]
    return "\n".join(["", title, *(f"  {line}" for line in lines), ""])


def _written(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
