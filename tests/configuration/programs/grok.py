"""Grok as Elasticsearch has it: the engine and the patterns by name that Logstash has too.

Fields of fields are written with dots there, and with brackets in Logstash.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.configuration.programs.elasticsearch import installed

_PROGRAM = Path(__file__).parent / "elasticsearch_grok" / "Read.java"


def read(patterns: Sequence[str], line: str) -> dict[str, str] | None:
    """Return the fields of a line by the first pattern that fits it; None where none does.

    Raises:
        ValueError: a pattern that there is not.
    """
    dotted = [
        re.sub(r"(?<=:)(\[\w+\])+(?=\})", lambda path: path[0][1:-1].replace("][", "."), pattern)
        for pattern in patterns
    ]
    asked = subprocess.run(
        ("java", "-cp", f"{installed()}/lib/*", str(_PROGRAM), line, *dotted),
        check=False,
        capture_output=True,
        text=True,
    )
    if asked.returncode:
        raise ValueError(asked.stderr)
    told = asked.stdout.split("\0")[:-1]
    fields = zip(told[::2], told[1::2], strict=True)
    return {f"[{name.replace('.', '][')}]": value for name, value in fields} or None
