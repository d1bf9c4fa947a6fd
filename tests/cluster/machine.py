"""The machine under the cluster: images on its nodes, the power of a zone, its API server.

One command does it all: `tests/cluster/kind`, or what the variable CLUSTER names. Its verbs:

    image build FOLDER TAG      build the Dockerfile of a folder, for all nodes
    image list                  a line for each node and image: the node, the reference
    zone fail|heal ZONE         cut the power of the nodes of a zone; give it back
    api pause|resume            stop the API server without ending it; let it go on
    audit                       what each account asked of the API server: a line with its name,
                                below that, indented, how often, what, and REFUSED where it was
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_KIND = str(Path(__file__).with_name("kind"))
COMMAND = os.environ.get("CLUSTER") or _KIND
# Other commands stand for machines without a registry; there a build starts from
# debian:trixie-slim, or from what was built before.
HAS_REGISTRY = COMMAND == _KIND


def build(folder: Path, reference: str) -> None:
    """Build an image and give it to all nodes."""
    _run("image", "build", str(folder), reference)


def images() -> frozenset[str]:
    """Return the references of the images that all nodes have, each with its registry."""
    found: dict[str, set[str]] = {}
    for line in _run("image", "list").splitlines():
        node, reference, *_ = line.split()
        found.setdefault(node, set()).add(reference)
    return frozenset(set.intersection(*found.values())) if found else frozenset()


@contextmanager
def without(zone: str) -> Iterator[None]:
    """Cut the power of a zone until the end of the block."""
    _run("zone", "fail", zone)
    try:
        yield
    finally:
        _run("zone", "heal", zone)


def asked() -> Iterator[tuple[str, str]]:
    """Yield what accounts asked of the API server, such as `app:postgres`, `list pods in app`."""
    account = ""
    for line in _run("audit").splitlines():
        if line.startswith(" "):
            yield account, line.split(maxsplit=1)[1]
        else:
            account = line


@contextmanager
def api_server_paused() -> Iterator[None]:
    """Let the API server answer nothing until the end of the block."""
    _run("api", "pause")
    try:
        yield
    finally:
        _run("api", "resume")


def _run(*words: str) -> str:
    done = subprocess.run((COMMAND, *words), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = f"{done.stdout}{done.stderr}"[-3000:]
        raise RuntimeError(f"{COMMAND} {' '.join(words)}:\n{said}")
    return done.stdout
