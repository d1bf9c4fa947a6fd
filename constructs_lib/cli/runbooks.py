"""``constructs-lib runbooks``: writes the pages that the alerts of a platform lead to."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from pathlib import Path

from constructs_lib.cli.paths import add_paths
from constructs_lib.manifests.files import read_all
from constructs_lib.runbooks.alerts import alerts
from constructs_lib.runbooks.pages import filled, naming, next_pages, standing_alone, templates
from constructs_lib.runbooks.subjects import subjects

HELP = "Write what to do when an alert fires, with the names of the platform that manifests make."


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.set_defaults(run=_run)
    add_paths(parser)
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=Path("runbooks"),
        help="where the pages are written, over those of before; runbooks by default",
    )


def _run(options: Namespace) -> None:
    manifests = read_all(options.paths)
    lead_to = defaultdict(list)
    for alert in alerts(manifests):
        lead_to[alert.page].append(alert)
    pages, named = templates(), subjects(manifests)
    options.output.mkdir(parents=True, exist_ok=True)
    for name in sorted(_reached(lead_to.keys() & pages.keys())):
        names = [alert.name for alert in lead_to[name]]
        file = options.output / f"{name}.md"
        file.write_text(standing_alone(naming(filled(pages[name], named), names)))
        sys.stdout.write(f"{file}\n")
    for page in sorted(lead_to.keys() - pages.keys()):
        for alert in lead_to[page]:
            sys.stderr.write(f"{alert.name}: {alert.runbook} is yours to write\n")


def _reached(pages: set[str]) -> set[str]:
    """Return pages with those that they lead to."""
    linked = {link for page in pages for link in next_pages(templates()[page])}
    return pages if linked <= pages else _reached(pages | linked)
