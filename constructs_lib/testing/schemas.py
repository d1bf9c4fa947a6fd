"""Strict JSON schemas of Kubernetes, which reject unknown fields and wrong types."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.fields import Manifest, field
from constructs_lib.manifests.platform import describe
from constructs_lib.manifests.sources import Source, manifests
from constructs_lib.testing.checks import Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.resources.abc import Traversable


def schema_problems(
    source: Source, version: str = "1.27", *, foreign: Collection[str] = ()
) -> list[Problem]:
    """Return every field that an API server of a version does not know or would reject.

    Needs the package ``kubernetes-validate``, which holds the schemas.

    Args:
        source: an App, a Chart or manifests.
        version: of Kubernetes, such as ``1.27``; ``newest`` is the newest there is.
        foreign: kinds of custom resources that are skipped, such as ``Certificate``; any other
            unknown kind is a problem.

    Raises:
        ConfigurationError: there are no schemas of that version.
        ModuleNotFoundError: the package is not installed.
    """
    folder = _folder(version)
    return [
        Problem(object=describe(manifest), invariant=f"schema_of_{version}", message=message)
        for manifest in manifests(source)
        if field(manifest, "kind", default="") not in foreign
        for message in _messages(manifest, folder)
    ]


def _messages(manifest: Manifest, folder: str) -> list[str]:
    kind, api_version = (field(manifest, key, default="") for key in ("kind", "apiVersion"))
    validator = _validator(folder, kind, api_version)
    if validator is None:
        return [f"Kubernetes has no {kind} of {api_version}; is it foreign?"]
    errors = sorted(validator.iter_errors(manifest), key=lambda error: str(error.json_path))
    return [f"{error.json_path}: {error.message}" for error in errors]


@cache
def _validator(folder: str, kind: str, api_version: str) -> Any:  # noqa: ANN401 - untyped
    # A schema of rbac.authorization.k8s.io/v1 is in a file with -rbac-v1 in its name.
    suffix = re.sub(r"^([^./]*)[^/]*/", r"\1-", api_version)
    file = _root() / folder / f"{kind.lower()}-{suffix}.json"
    if not file.is_file():
        return None
    schema = json.loads(file.read_text())
    return import_module("jsonschema").Draft202012Validator(schema, registry=_registry(folder))


@cache
def _registry(folder: str) -> Any:  # noqa: ANN401 - untyped, as of an optional package
    definitions = json.loads((_root() / folder / "_definitions.json").read_text())
    referencing = import_module("referencing")
    return referencing.Resource.from_contents(definitions) @ referencing.Registry()


@cache
def _folder(version: str) -> str:
    found = sorted(
        (int(name[1]), int(name[2]), name[0])
        for folder in _root().iterdir()
        if (name := re.fullmatch(r"v(\d+)\.(\d+)\.0-local-strict", folder.name))
    )
    folders = {f"{major}.{minor}": folder for major, minor, folder in found}
    folders["newest"] = found[-1][2]
    if version not in folders:
        raise ConfigurationError("version", version, f"use one of {', '.join(folders)}")
    return folders[version]


def _root() -> Traversable:
    try:
        return resources.files("kubernetes_validate") / "kubernetes-json-schema"
    except ModuleNotFoundError as error:
        error.add_note("schema_problems needs the package kubernetes-validate")
        raise
