"""The wheel in an environment of its own, away from the checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Installed(NamedTuple):
    """The wheel, and the environment that it is installed into."""

    wheel: Path
    bin: Path

    def run(
        self, *command: str, folder: Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, which is not activated, with nothing else to find."""
        program, *arguments = command
        return subprocess.run(
            [self.bin / program, *arguments],
            cwd=folder,
            env={"PATH": "", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
