"""Manifests from files and folders, as ``kubectl apply -f`` reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import Manifest

SUFFIXES = frozenset({".json", ".yaml", ".yml"})
"""Of the files of a folder that ``kubectl apply -f`` reads."""

# What a lone `=` or `<<` is to YAML 1.1. To Kubernetes, and to cdk8s as it writes them, it is text.
_TEXTS = ("tag:yaml.org,2002:value", "tag:yaml.org,2002:merge")
# Kubernetes reads no dates and no hours, and y and 1e5 as what they are in YAML 1.1.
_WORDS = {
    "bool": (r"(?i:y|yes|true|on|n|no|false|off)", "yYnNtTfFoO"),
    "int": (r"[-+]?(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(?i:inf)|\.(?i:nan)",
        "-+.0123456789",
    ),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "merge": (r"<<", "<"),
}


def _mapping(loader: Any, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:  # noqa: ANN401, FBT001, FBT002 - as PyYAML calls it
    """Return a mapping whose keys are words, as they are once it is JSON."""
    members = yaml.SafeLoader.construct_mapping(loader, node, deep=deep)
    return {k if isinstance(k, str) else json.dumps(k): value for k, value in members.items()}


# The loader in C, which PyYAML has wherever it has a wheel, is ten times as fast.
Loader: Any = type(
    "Loader",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {
        "yaml_constructors": yaml.SafeLoader.yaml_constructors
        | dict.fromkeys(_TEXTS, yaml.SafeLoader.construct_scalar),
        "construct_mapping": _mapping,
        "bool_values": {**yaml.SafeLoader.bool_values, "y": True, "n": False},
        "yaml_implicit_resolvers": {},
    },
)
"""Reads YAML as kubectl and what it is applied to do."""
for _tag, (_pattern, _first_letters) in _WORDS.items():
    Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first_letters)
    )
_SEPARATOR = re.compile(r"^---(?=\s|$).*$", re.MULTILINE)


class Texts:
    """Parses texts of manifests, and the same document once."""

    def __init__(self) -> None:
        self._parsed: dict[str, list[Any]] = {}

    def documents(self, text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the manifests of a text with their first line.

        Args:
            text: YAML or JSON.
            name: of the file, for messages.

        Raises:
            ConfigurationError: it is no YAML, or has something else in it.
        """
        start, line = 0, 1
        ends = [match.span() for match in _SEPARATOR.finditer(text)]
        for end, after in [*ends, (len(text), len(text))]:
            part = text[start:end]
            for document in self._of(part, name, line):
                if not isinstance(document, dict) or "kind" not in document:
                    message = "let each document be a manifest"
                    raise ConfigurationError(f"{name}:{_first(part, line)}", name, message)
                yield _first(part, line), document
            line += text.count("\n", start, after)
            # What follows the dashes in their line is of the next document.
            start = end + len("---")

    def _of(self, part: str, name: str, line: int) -> list[Any]:
        if part not in self._parsed:
            try:
                documents = [each for each in yaml.load_all(part, Loader) if each is not None]
            except yaml.YAMLError as error:
                mark = getattr(error, "problem_mark", None)
                place = f"{name}:{line + (mark.line if mark else 0)}"
                reason = " ".join(str(getattr(error, "problem", None) or error).split())
                raise ConfigurationError(place, name, f"write valid YAML: {reason}") from error
            self._parsed[part] = documents
        return self._parsed[part]


def _first(part: str, line: int) -> int:
    """Return the first line of a document that says anything."""
    for number, text in enumerate(part.splitlines()):
        if text.strip() and not text.lstrip().startswith("#"):
            return line + number
    return line


def read(path: Path) -> Iterator[Manifest]:
    """Yield the manifests of a file, or of the files of a folder in their order.

    Args:
        path: a file, or a folder, whose own folders are left out.

    Raises:
        ConfigurationError: there is no such file, or it has something else in it.
    """
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if not files or not path.exists():
        raise ConfigurationError("PATH", str(path), "name a manifest or a folder that holds some")
    for file in files:
        for _, manifest in Texts().documents(file.read_text(), str(file)):
            yield manifest


def read_all(paths: Iterable[Path]) -> list[Manifest]:
    """Return the manifests of several files and folders, as `read` yields them."""
    return [manifest for path in paths for manifest in read(path)]
