"""The differences of two files of manifests, object by object."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import unified_diff
from io import StringIO
from itertools import islice, zip_longest

from constructs_lib.manifests.platform import describe


def differences(before: str, after: str) -> list[list[str]]:
    """Return a block of lines for each object that differs: its name, then all changed lines.

    Args:
        before: a file as `cdk8s.Yaml.stringify` writes it. It is read as text, so that one
            that is no YAML any more, such as after a merge conflict, has differences too.
        after: another.
    """
    old, new = _documents(before), _documents(after)
    removed, added = _named(Counter(old) - Counter(new)), _named(Counter(new) - Counter(old))
    blocks = [
        _block(name, was, now)
        for name in dict.fromkeys([*removed, *added])
        for was, now in zip_longest(removed[name], added[name])
    ]
    names = _in_both(old, new), _in_both(new, old)
    if before != after and (names[0] != names[1] or not blocks):
        blocks.append(["order of the objects", *_changes(*names)])
    return blocks


def _documents(text: str) -> list[str]:
    return re.split(r"^---\n", text, flags=re.MULTILINE) if text else []


def _named(documents: Counter[str]) -> defaultdict[str, list[str]]:
    named: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents.elements():
        named[_name(document)].append(document)
    return named


def _name(document: str) -> str:
    kind = re.search(r"^kind: (.*)$", document, re.MULTILINE)
    metadata = re.search(r"^metadata:\n((?: .*\n|\n)*)", document, re.MULTILINE)
    fields = (
        re.findall(r"^  (name|namespace): \"?(.*?)\"?$", metadata[1], re.MULTILINE)
        if metadata
        else []
    )
    return describe({"kind": kind[1] if kind else "object", "metadata": dict(fields)})


def _block(name: str, was: str | None, now: str | None) -> list[str]:
    end = ", removed" if now is None else ", added" if was is None else ""
    return [name + end, *_changes(was or "", now or "")]


def _changes(was: str, now: str) -> list[str]:
    # Without the names of files and the place of the first lines.
    lines = islice(unified_diff(list(StringIO(was)), list(StringIO(now))), 3, None)
    return ["..." if line.startswith("@@") else line.removesuffix("\n") for line in lines]


def _in_both(documents: Iterable[str], others: Iterable[str]) -> str:
    there = set(map(_name, others))
    names = dict.fromkeys(name for name in map(_name, documents) if name in there)
    return "".join(f"{name}\n" for name in names)
