"""The manifests that a subcommand is about: files and folders, `dist` if none is named."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path


def add_paths(parser: ArgumentParser) -> None:
    """Add the argument ``paths``."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        default=[Path("dist")],
        help="a manifest or a folder, read as `kubectl apply -f` reads it; dist by default",
    )
