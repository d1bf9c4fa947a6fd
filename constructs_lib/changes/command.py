"""The command: which trees to compare, which format to write, which status to end with."""

from __future__ import annotations

import os
import re
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from constructs_lib.changes.acceptance import Judgement, judgement, of_commits, of_message
from constructs_lib.changes.annotations import github, gitlab
from constructs_lib.changes.json_format import as_json
from constructs_lib.changes.markdown import markdown
from constructs_lib.changes.report import changes
from constructs_lib.changes.text import text
from constructs_lib.changes.trees import Tree, TreeReader, branched_off
from constructs_lib.changes.verdicts import Deploys, Outcome, Verdict
from constructs_lib.changes.versions import NEWEST, OLDEST
from constructs_lib.errors import ConfigurationError

HELP = "Tell what a change of manifests does, before anybody applies it."
_NOTHING = "nothing"
_ARGUMENTS = """\
Nothing: the folder in HEAD and in the working tree. A revision: the folder in it and in the working
tree. A range such as main..: the folder at its two ends; main...: since the branch left main. Two
paths: files or folders. - and a path: objects that live, from `kubectl get -o yaml`, and what will
be applied.
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.set_defaults(run=run)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=_ARGUMENTS)
    parser.add_argument(
        "--folder", default="dist", help="of manifests in a revision, from here; dist by default"
    )
    parser.add_argument(
        "--deploys",
        choices=[each.value for each in Deploys],
        default=Deploys.APPLY.value,
        help="how files come into the cluster; apply, which deletes nothing, by default",
    )
    parser.add_argument(
        "--server-side",
        dest="deploys",
        action="store_const",
        const=Deploys.SERVER_SIDE.value,
        help="the same as --deploys server-side",
    )
    parser.add_argument(
        "--kubernetes",
        default=f"{OLDEST}-{NEWEST}",
        metavar="VERSIONS",
        help=f"1.34, or 1.29-1.34, of which the newest judges; {OLDEST}-{NEWEST} by default",
    )
    parser.add_argument(
        "--format",
        choices=sorted(_FORMATS),
        default="text",
        help="text by default; github and gitlab annotate a review, left-behind writes the "
        "manifests of what stays, for `kubectl delete -f -`",
    )
    parser.add_argument(
        "--fail-on",
        choices=[*(each.value for each in reversed(Verdict)), _NOTHING],
        default=Verdict.CUTS_OFF.value,
        help="the least verdict that ends with status 1 unless it is accepted; cuts-off by default",
    )
    parser.add_argument(
        "--message",
        type=Path,
        metavar="FILE",
        help="a text with trailers that accept, such as that of a pull request",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="list all fields")


def run(options: Namespace) -> None:
    """Write the report; status 1 tells that something is left to accept, 2 that it cannot judge."""
    reader = TreeReader()
    before, after, revisions = _trees(reader, options.what, options.folder)
    oldest, _, newest = options.kubernetes.partition("-")
    versions = oldest, newest or oldest
    found = changes(before, after, deploys=Deploys(options.deploys), versions=versions)
    trailers = list(of_commits(revisions)) if revisions else []
    if options.message:
        trailers += of_message(options.message.read_text())
    threshold = None if options.fail_on == _NOTHING else Verdict(options.fail_on)
    judged = judgement(found, threshold, trailers)
    sys.stdout.write(_FORMATS[options.format](judged, options))
    if not judged.passes:
        sys.exit(1)


def _trees(reader: TreeReader, what: list[str], folder: str) -> tuple[Tree, Tree, str]:
    """Return both trees, and the range of commits whose messages may accept."""
    match what:
        case []:
            return reader.revision("HEAD", folder), _work(reader, folder), ""
        case ["-", path]:
            return reader.text("what lives", sys.stdin.read()), reader.path(Path(path)), ""
        case [one] if ".." in one and not Path(one).exists():
            first, dots, last = re.split(r"(\.{2,3})", one, maxsplit=1)
            named = first = first or "HEAD"
            if dots == "...":
                first = branched_off(first, last or "HEAD")
            former = reader.revision(first, folder)._replace(name=_short(named))
            latter = reader.revision(last, folder) if last else _work(reader, folder)
            return former, latter, f"{first}..{last or 'HEAD'}"
        case [one]:
            return reader.revision(one, folder), _work(reader, folder), f"{one}..HEAD"
        case [one, other]:
            return reader.path(Path(one)), reader.path(Path(other)), ""
    raise ConfigurationError("WHAT", " ".join(what), "name a revision, a range or two paths")


def _short(revision: str) -> str:
    return revision[:10] if re.fullmatch("[0-9a-f]{40}", revision) else revision


def _work(reader: TreeReader, folder: str) -> Tree:
    return reader.path(Path(folder))._replace(name="working tree")


def _text(judged: Judgement, options: Namespace) -> str:
    width = min(max(shutil.get_terminal_size((120, 40)).columns, 80), 120)
    color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return text(judged, width=width, color=color, fields=options.verbose)


def _left_behind(judged: Judgement, _: Namespace) -> str:
    manifests = [
        dict(each.manifest)
        for each in judged.changes.changes
        if each.outcome is Outcome.LEFT_BEHIND
    ]
    return yaml.safe_dump_all(manifests, sort_keys=False)


_FORMATS: Mapping[str, Callable[[Judgement, Namespace], str]] = {
    "github": lambda judged, _: github(judged),
    "gitlab": lambda judged, _: gitlab(judged),
    "json": lambda judged, _: as_json(judged),
    "left-behind": _left_behind,
    "markdown": lambda judged, _: markdown(judged),
    "text": _text,
}
