"""Runs ``constructs-lib``: calls the subcommand, and prints errors of arguments."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from constructs_lib.cli import calls, changes, grow, runbooks, secrets
from constructs_lib.errors import ConfigurationError

_SUBCOMMANDS = {
    "calls": calls,
    "changes": changes,
    "grow": grow,
    "runbooks": runbooks,
    "secrets": secrets,
}


def parser() -> argparse.ArgumentParser:
    """Return the parser; parsed arguments have the function `run` of their subcommand."""
    command = argparse.ArgumentParser(
        prog="constructs-lib", description="Works with the manifests of a platform."
    )
    subcommands = command.add_subparsers(metavar="COMMAND", required=True)
    for name, subcommand in _SUBCOMMANDS.items():
        subcommand.configure(
            subcommands.add_parser(name, help=subcommand.HELP, description=subcommand.HELP)
        )
    return command


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; wrong arguments end it with a message and status 2."""
    command = parser()
    options = command.parse_args(arguments)
    try:
        options.run(options)
    except ConfigurationError as error:
        command.exit(2, f"{command.prog}: error: {error}\n")


if __name__ == "__main__":
    main()
