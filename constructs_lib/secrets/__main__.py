"""Lists the Secrets that manifests expect, or writes the commands that create them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cdk8s import Yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.secrets.expected import expected
from constructs_lib.secrets.report import commands, table

_SUFFIXES = {".json", ".yaml", ".yml"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what was asked for wrongly ends it with a message and status 2."""
    parser = argparse.ArgumentParser(prog="python -m constructs_lib.secrets", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, does in (
        ("list", "list each Secret with its keys and its readers"),
        ("create", "write a `kubectl create secret` line for each, with new random values"),
    ):
        action = actions.add_parser(name, help=does, description=f"{does.capitalize()}.")
        action.add_argument(
            "paths",
            metavar="PATH",
            nargs="+",
            type=Path,
            help="a manifest, or a folder of them, read as `kubectl apply -f` reads it",
        )
    options = parser.parse_args(arguments)
    try:
        wanted = expected([item for path in options.paths for item in _read(path)])
    except ConfigurationError as error:
        parser.error(str(error))
    if options.action == "list":
        sys.stdout.write(table(wanted))
    else:
        sys.stdout.writelines(f"{line}\n" for line in commands(wanted))


def _read(path: Path) -> Iterator[dict[str, Any]]:
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not files or not path.exists():
        raise ConfigurationError("PATH", str(path), "name a manifest or a folder that holds some")
    for file in files:
        try:
            documents = Yaml.load(str(file.resolve()))
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise ConfigurationError("PATH", str(file), f"write valid YAML: {reason}") from error
        for document in documents:
            if not isinstance(document, dict) or "kind" not in document:
                raise ConfigurationError("PATH", str(file), "let each document be a manifest")
            yield document


if __name__ == "__main__":
    main()
