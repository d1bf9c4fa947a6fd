"""What each renderer can express, asked of the renderers themselves."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import constructs_lib
from constructs_lib.traffic.capabilities import expressed_by

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "capabilities.md"
RENDERERS = ("NginxIngress", "VirtualServer", "GatewayApi")

_INTRODUCTION = """\
# What each renderer can express

Made by `make snapshots` from the renderers; do not edit. What is not marked is refused.

"""


def capabilities() -> str:
    """Return the page."""
    hints = get_type_hints(constructs_lib.TrafficPolicy)
    rows = []
    for field in fields(constructs_lib.TrafficPolicy):
        for part in get_args(hints[field.name]):
            if part is not type(None):
                able = expressed_by(part)
                marks = " | ".join("yes" if name in able else "" for name in RENDERERS)
                rows.append(f"| `{field.name}` | `{part.__name__}` | {marks} |")
    header = f"| part | value | {' | '.join(RENDERERS)} |"
    return _INTRODUCTION + "\n".join([header, "|---|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(capabilities())
