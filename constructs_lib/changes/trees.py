"""Trees of manifests: read from folders, files, revisions of git or standard input."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from constructs_lib import origins
from constructs_lib.changes.objects import ObjectKey
from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import mappings
from constructs_lib.manifests.files import SUFFIXES, Texts
from constructs_lib.manifests.platform import describe, name_of
from constructs_lib.origins import Origin, read_origins

Node = dict[str, Any]


class Place(NamedTuple):
    """Where an object is written.

    Args:
        file: the path of the file.
        line: the first line of the object, from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Tree(NamedTuple):
    """The objects of a tree, and where they are written.

    Args:
        name: what the reader calls it, such as ``main`` or ``dist``.
        manifests: the objects, in the order of an apply.
        places: where each is written.
        live: whether they were read from a cluster.
        origins: what made each, by kind and name, where ``constructs.txt`` beside them tells.
    """

    name: str
    manifests: list[Node]
    places: Mapping[ObjectKey, Place]
    live: bool = False
    origins: Mapping[str, Origin] = MappingProxyType({})


class TreeReader:
    """Reads trees, and each text once: what is in both trees is parsed for both."""

    def __init__(self) -> None:
        self._texts = Texts()

    def path(self, path: Path) -> Tree:
        """Read a file, or the files of a folder as ``kubectl apply -f`` does.

        Raises:
            ConfigurationError: there is nothing, or something else, or an object is in it twice.
        """
        files = [path]
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
        if not files or not path.exists():
            message = "name a manifest or a folder that holds some"
            raise ConfigurationError("PATH", str(path), message)
        beside = (path if path.is_dir() else path.parent) / origins.FILE
        told = read_origins(_text(beside)) if beside.exists() else {}
        tree = self._tree(str(path), ((str(file), _text(file)) for file in files))
        return tree._replace(origins=told)

    def revision(self, revision: str, folder: str) -> Tree:
        """Read the files of a folder as they are in a revision of git.

        Raises:
            ConfigurationError: there is no such revision, or no manifest in the folder of it.
        """
        commit = _git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        if commit is None:
            works = "name a commit, a branch or a tag"
            if _git("rev-parse", "--git-dir") is None:
                works = "run it in a repository of git, or name two folders or files"
            raise ConfigurationError("REVISION", revision, works)
        listed = (
            _git("ls-tree", "--name-only", "-z", commit.strip(), f"{folder.rstrip('/')}/") or ""
        )
        names = [name for name in listed.split("\0") if PurePosixPath(name).suffix in SUFFIXES]
        if not names:
            message = f"name a revision that has manifests in {folder}/"
            raise ConfigurationError("REVISION", revision, message)

        def text(name: str) -> str:
            return _git("show", f"{commit.strip()}:./{name}") or ""

        tree = self._tree(revision, ((name, text(name)) for name in sorted(names)))
        return tree._replace(origins=read_origins(text(f"{folder.rstrip('/')}/{origins.FILE}")))

    def text(self, name: str, text: str) -> Tree:
        """Read what ``kubectl get -o yaml`` writes: objects as they live."""
        tree = self._tree(name, [(name, text)])
        return tree._replace(live=True)

    def _tree(self, name: str, files: Iterable[tuple[str, str]]) -> Tree:
        manifests: list[Node] = []
        places: dict[ObjectKey, Place] = {}
        for file, text in files:
            for line, document in self._texts.documents(text, file):
                for manifest in _flattened(document):
                    identity, place = ObjectKey.of(manifest), Place(file, line)
                    if not (manifest.get("apiVersion") and name_of(manifest)):
                        works = "let it have apiVersion, kind and metadata.name"
                        raise ConfigurationError(str(place), describe(manifest).strip(), works)
                    if identity in places:
                        first = places[identity]
                        raise ConfigurationError(
                            f"{file}:{line}",
                            describe(manifest),
                            f"write each object once; it is in {first.file}:{first.line} as well",
                        )
                    manifests.append(manifest)
                    places[identity] = place
        return Tree(name, manifests, places)


def branched_off(revision: str, branch: str) -> str:
    """Return the commit at which a branch left another revision.

    Raises:
        ConfigurationError: one of them is none, or they have nothing in common.
    """
    commit = _git("merge-base", revision, branch)
    if commit is None:
        message = f"name a commit, a branch or a tag that has a commit in common with {branch}"
        raise ConfigurationError("REVISION", revision, message)
    return commit.strip()


def _flattened(document: Node) -> Iterator[Node]:
    """Yield the objects of a list, or the object."""
    if str(document.get("kind")).endswith("List") and isinstance(document.get("items"), list):
        yield from mappings(document, "items")
    else:
        yield document


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("PATH", str(file), f"name a file of text: {error}") from error


def _git(*arguments: str) -> str | None:
    """Return what git prints, or None if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are no shell's
            ["git", *arguments],  # noqa: S607 - the git of whoever calls
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise ConfigurationError("REVISION", "git", f"install git: {error}") from error
    return done.stdout if done.returncode == 0 else None
