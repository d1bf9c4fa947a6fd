"""Manifests from files and folders, as ``kubectl apply -f`` reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import Manifest

_SUFFIXES = {".json", ".yaml", ".yml"}
# What a lone `=` or `<<` is to YAML 1.1. To Kubernetes, and to cdk8s as it writes them, it is text.
_TEXTS = ("tag:yaml.org,2002:value", "tag:yaml.org,2002:merge")
# The loader in C, which PyYAML has wherever it has a wheel, is ten times as fast.
_Loader = type(
    "_Loader",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {
        "yaml_constructors": yaml.SafeLoader.yaml_constructors
        | dict.fromkeys(_TEXTS, yaml.SafeLoader.construct_scalar)
    },
)


def read(path: Path) -> Iterator[Manifest]:
    """Yield the manifests of a file, or of the files of a folder in their order.

    Args:
        path: a file, or a folder, whose own folders are left out.

    Raises:
        ConfigurationError: there is no such file, or it has something else in it.
    """
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    if not files or not path.exists():
        raise ConfigurationError("PATH", str(path), "name a manifest or a folder that holds some")
    for file in files:
        for document in _documents(file):
            if not isinstance(document, dict) or "kind" not in document:
                raise ConfigurationError("PATH", str(file), "let each document be a manifest")
            yield document


def _documents(file: Path) -> Iterator[object]:
    with file.open("rb") as text:
        try:
            yield from (each for each in yaml.load_all(text, _Loader) if each is not None)
        except yaml.YAMLError as error:
            reason = " ".join(str(error).split())
            raise ConfigurationError("PATH", str(file), f"write valid YAML: {reason}") from error
