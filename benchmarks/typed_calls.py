"""Writes the program of plain typed calls that makes the same objects as some manifests."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from inspect import isclass
from pathlib import Path
from typing import Any

import yaml
from cdk8s import ApiObject, ApiObjectMetadata
from cdk8s_plus_27 import k8s

from imports.io import cert_manager, external_secrets

_HEAD = """\
import functools

import cdk8s
from cdk8s_plus_27 import k8s

from imports.io import cert_manager, external_secrets

"""
# What cdk8s has for a value that is not just text or a number.
_MAKERS = {
    "quantity": (k8s.Quantity, str, "k8s.Quantity.from_string"),
    "port": (k8s.IntOrString, int, "k8s.IntOrString.from_number"),
    "port_name": (k8s.IntOrString, str, "k8s.IntOrString.from_string"),
}


def write(manifests: Path, *, cached: bool) -> str:
    """Return a program that writes the same files again, to dist/ where it runs.

    Args:
        manifests: a folder as a synth left it.
        cached: whether equal quantities and ports are made once, which is a call
            into Node less for each of the others.
    """
    lines = [
        f"{name} = functools.cache({maker})" if cached else f"{name} = {maker}"
        for name, (_, _, maker) in _MAKERS.items()
    ]
    for folder in (manifests, *sorted(path for path in manifests.iterdir() if path.is_dir())):
        output = Path("dist") / folder.relative_to(manifests)
        lines.append(f"app = cdk8s.App(outdir={str(output)!r})")
        for file in sorted(folder.glob("*.k8s.yaml")):
            lines.append(f"chart = cdk8s.Chart(app, {file.name.removesuffix('.k8s.yaml')!r})")
            written = yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)
            lines += [_object(writable(manifest)) for manifest in written]
        lines.append("app.synth()")
    return _HEAD + "\n".join(lines) + "\n"


def writable(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what typed calls can write of a manifest: all but what claim templates say they are.

    cdk8s drops that from a typed StatefulSet, even where a patch adds it.
    """
    spec = manifest.get("spec", {})
    if "volumeClaimTemplates" not in spec:
        return manifest
    claims = [
        {"metadata": claim["metadata"], "spec": claim["spec"]}
        for claim in spec["volumeClaimTemplates"]
    ]
    return {**manifest, "spec": {**spec, "volumeClaimTemplates": claims}}


def _object(manifest: Mapping[str, Any]) -> str:
    kind, metadata = manifest["kind"], manifest["metadata"]
    id = "-".join(filter(None, (kind, metadata.get("namespace"), metadata["name"])))
    fields = {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind"}}
    found = _class_of(manifest["apiVersion"], kind)
    if found is not None:
        return f"{_name(found)}(chart, {id!r}, {', '.join(_arguments(found, fields))})"
    # What people write where no class was generated.
    typed = _value(fields.pop("metadata"), ApiObjectMetadata)
    patches = ", ".join(f"cdk8s.JsonPatch.add('/{key}', {fields[key]!r})" for key in fields)
    return (
        f"cdk8s.ApiObject(chart, {id!r}, api_version={manifest['apiVersion']!r}, kind={kind!r}, "
        f"metadata={typed}).add_json_patch({patches})"
    )


@cache
def _class_of(api_version: str, kind: str) -> type[ApiObject] | None:
    for module in (k8s, cert_manager, external_secrets):
        for name, found in vars(module).items():
            if _folded(kind) in _folded(name) and isclass(found) and issubclass(found, ApiObject):
                of: Any = found
                if (of.GVK.api_version, of.GVK.kind) == (api_version, kind):
                    return found
    return None


def _arguments(of: type, fields: Mapping[str, Any]) -> Iterator[str]:
    hints = {_folded(name): (name, hint) for name, hint in _hints(of).items()}
    for key, value in fields.items():
        # A claim template says more than its class has fields for.
        if of is k8s.KubePersistentVolumeClaimProps and _folded(key) not in hints:
            continue
        name, hint = hints[_folded(key)]
        yield f"{name}={_value(value, hint)}"


@cache
def _hints(of: type) -> dict[str, Any]:
    return typing.get_type_hints(of.__init__)  # type: ignore[misc]


def _value(value: Any, hint: Any) -> str:  # noqa: ANN401 - data of a manifest, and any type
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union:
        # The first is the type itself; the rest are None and dicts in its place.
        return _value(value, inner[0])
    if isinstance(value, list):
        return f"[{', '.join(_value(item, inner[0]) for item in value)}]"
    if hint is Any or not isinstance(value, dict):
        return _scalar(value, hint)
    if origin is not None:
        return f"{{{', '.join(f'{key!r}: {_value(value[key], inner[1])}' for key in value)}}}"
    return f"{_name(hint)}({', '.join(_arguments(hint, value))})"


def _scalar(value: Any, hint: Any) -> str:  # noqa: ANN401 - the same
    for maker, (made, given, _) in _MAKERS.items():
        if hint is made and isinstance(value, given):
            return f"{maker}({value!r})"
    if isclass(hint) and issubclass(hint, Enum):
        (member,) = (each for each in hint if _folded(each.name) == _folded(value))
        return f"{_name(hint)}.{member.name}"
    return repr(value)


def _name(of: type) -> str:
    return f"{of.__module__.rpartition('.')[2]}.{of.__qualname__}"


def _folded(name: str) -> str:
    """Return what the names of a field have in common, in YAML and in Python."""
    return name.replace("_", "").replace(" ", "").lower()
