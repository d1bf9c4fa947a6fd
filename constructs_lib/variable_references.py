"""References to variables, which the kubelet expands in commands, arguments and variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

# https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
_REFERENCE = re.compile(r"\$\$|\$\(([\w.-]+)\)", re.ASCII)


def referred(text: str) -> Iterator[str]:
    """Yield the variables that a text names as ``$(NAME)``; ``$$(NAME)`` is just that text."""
    return (match[1] for match in _REFERENCE.finditer(text) if match[1])
