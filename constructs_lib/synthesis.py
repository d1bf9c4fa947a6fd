"""What is written beside the manifests of an app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cdk8s
from constructs import Construct

from constructs_lib.named_construct import NamedConstruct
from constructs_lib.origins import FILE, Origin, text_of


def write_origins(app: cdk8s.App) -> None:
    """Write ``constructs.txt``, which tells what makes the objects of an app, into its folder.

    `constructs-lib changes` names the construct and the line of the program with it::

        app.synth()
        write_origins(app)
    """
    Path(app.outdir, FILE).write_text(text_of(_origins(app)))


def _origins(app: cdk8s.App) -> Iterator[tuple[str, Origin]]:
    """Yield the objects and where they come from; each look at one is a call into Node."""
    made = [each for each in app.node.find_all() if isinstance(each, Construct)]
    lines: dict[str, tuple[str, int]] = {}
    for construct in made:
        path = construct.to_string()
        if isinstance(construct, NamedConstruct) and not any(_around(path, lines)):
            lines[path] = construct.made_at
        if isinstance(construct, cdk8s.ApiObject):
            outer = next(_around(path, lines), path.rpartition("/")[0])
            inside = path[len(outer) :].removeprefix("/")
            names = filter(None, (construct.metadata.namespace, construct.name))
            place = lines.get(outer, ("", 0))
            yield f"{construct.kind} {'/'.join(names)}", Origin(outer, inside, *place)


def _around(path: str, constructs: dict[str, tuple[str, int]]) -> Iterator[str]:
    """Yield the construct that a path is below."""
    parts = path.split("/")
    for length in range(1, len(parts)):
        outer = "/".join(parts[:length])
        if outer in constructs:
            yield outer
