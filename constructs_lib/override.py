"""Overrides of any field of any object, also of fields that Kubernetes added later."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from cdk8s import ApiObject, Chart, DependencyGraph, JsonPatch
from constructs import IConstruct

from constructs_lib import names
from constructs_lib.errors import ConfigurationError

_OF_CONTENT = re.compile(r"(.+)-[0-9a-f]{8}")
_NEVER_CHANGED = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


def override(target: ApiObject | Iterable[ApiObject], *changes: JsonPatch) -> None:
    """Change fields of objects that a construct made.

    The patches of cdk8s itself are applied before a typed object writes its
    fields, which loses quantities, ports and all that is newer than 1.27.
    These are applied after it, to what `cdk8s synth` would write::

        override(web.deployment, JsonPatch.add("/spec/template/spec/hostUsers", False))
        override(stack.objects.of_kind("Deployment"), JsonPatch.add("/spec/paused", True))

    Another object takes the place of each: ask the construct again to see it.

    Args:
        target: an object, or several; what was changed before can be changed again.
        *changes: JSON patches (RFC 6902) on the manifest.

    Raises:
        ConfigurationError: there is no object, or one that is not in its construct; or a
            change does not fit the manifest, or makes another object of it.
    """
    targets = [target] if isinstance(target, ApiObject) else list(target)
    if not targets:
        raise ConfigurationError("target", (), "give at least one object")
    for each in targets:
        # A change that does not fit one of them leaves the others as they are.
        _changed(_standing(each)[1], changes)
    for each in targets:
        scope, standing = _standing(each)
        _replace(scope, standing, _changed(standing, changes))


def _standing(target: ApiObject) -> tuple[IConstruct, ApiObject]:
    """Return the construct of a target, and the object that stands in its place."""
    scope, id = target.node.scope, target.node.id
    standing = scope.node.try_find_child(id) if scope else None
    if scope is None or not isinstance(standing, ApiObject):
        raise ConfigurationError("target", target.name, "give an object that is in its construct")
    return scope, standing


def _changed(target: ApiObject, changes: Iterable[JsonPatch]) -> Any:  # noqa: ANN401
    """Return the manifest of an object with the changes."""
    before = target.to_json()
    try:
        manifest = JsonPatch.apply(before, *changes)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(
            f"changes of {target.kind} {target.name}", reason, "name a path that the manifest has"
        ) from error
    for path in _NEVER_CHANGED:
        if _at(manifest, path) != _at(before, path):
            raise ConfigurationError(
                f"changes of {target.kind} {target.name}",
                _at(manifest, path),
                f"leave {'.'.join(path)} as it is",
            )
    if target.kind == "Job" and manifest["spec"] != before["spec"]:
        _rename(manifest)
    return manifest


def _rename(job: Any) -> None:  # noqa: ANN401
    """Give a Job the name of what it runs now, where its name says so: it cannot be changed."""
    name = _OF_CONTENT.fullmatch(job["metadata"]["name"])
    if name is not None:
        content = json.dumps(job["spec"], sort_keys=True)
        job["metadata"]["name"] = names.of_content(name[1], content)


def _replace(scope: IConstruct, standing: ApiObject, manifest: Any) -> None:  # noqa: ANN401
    id = standing.node.id
    following = _following(standing, scope)
    dependencies = standing.node.dependencies
    scope.node.try_remove_child(id)
    changed = _Manifest(scope, id, manifest)
    changed.node.add_dependency(*dependencies)
    if following:
        # Keeps its place in the file.
        following.node.add_dependency(changed)


def _following(target: ApiObject, scope: IConstruct) -> IConstruct | None:
    """Return the neighbour that is written next."""
    neighbours = scope.node.children
    written = [e for e in DependencyGraph(Chart.of(target).node).topology() if e in neighbours]
    return next(iter(written[written.index(target) + 1 :]), None)


def _at(manifest: Any, path: Iterable[str]) -> Any:  # noqa: ANN401
    for key in path:
        manifest = manifest.get(key, {})
    return manifest


class _Manifest(ApiObject):
    """An object that is written just as it is given."""

    def __init__(self, scope: Any, id: str, manifest: Any) -> None:  # noqa: ANN401
        metadata = manifest["metadata"]
        super().__init__(
            scope,
            id,
            api_version=manifest["apiVersion"],
            kind=manifest["kind"],
            metadata={"name": metadata["name"], "namespace": metadata.get("namespace")},
        )
        self._manifest = {key: _in_order(value) for key, value in manifest.items()}

    def to_json(self) -> Any:  # noqa: ANN401
        return self._manifest


def _in_order(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value
