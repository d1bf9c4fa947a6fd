"""Runs the command: ``python -m constructs_lib.changes``."""

from __future__ import annotations

import argparse

from constructs_lib.changes.command import HELP, configure
from constructs_lib.errors import ConfigurationError

if __name__ == "__main__":
    command = argparse.ArgumentParser(prog="python -m constructs_lib.changes", description=HELP)
    configure(command)
    options = command.parse_args()
    try:
        options.run(options)
    except ConfigurationError as error:
        command.exit(2, f"{command.prog}: error: {error}\n")
