"""The way out: any field of any object, also those that Kubernetes added later."""

from __future__ import annotations

from typing import Any

from cdk8s import ApiObject, JsonPatch

from constructs_lib.errors import ConfigurationError


def override(target: ApiObject, *changes: JsonPatch) -> ApiObject:
    """Change fields of an object that a construct made, and return what stands for it.

    The patches of cdk8s itself are applied before a typed object writes its
    fields, which loses quantities, ports and all that is newer than 1.27.
    These are applied after it, to what `cdk8s synth` would write::

        override(web.deployment, JsonPatch.add("/spec/template/spec/hostUsers", False))

    Args:
        target: the object, still in its construct.
        *changes: JSON patches (RFC 6902) on the manifest.

    Raises:
        ConfigurationError: a change does not fit the manifest, or takes its kind or name away.
    """
    scope, id = target.node.scope, target.node.id
    if scope is None or scope.node.try_find_child(id) is not target:
        raise ConfigurationError("target", target.name, "change an object once, with all changes")
    before = target.to_json()
    try:
        manifest = JsonPatch.apply(before, *changes)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError("changes", reason, "name a path that the manifest has") from error
    for field in ("apiVersion", "kind"):
        if manifest.get(field) != before[field]:
            raise ConfigurationError("changes", manifest.get(field), f"leave {field} as it is")

    siblings = scope.node.children
    following = siblings[siblings.index(target) + 1 :]
    scope.node.try_remove_child(id)
    changed = _Manifest(scope, id, manifest)
    if following:
        # Keeps its place in the file.
        following[0].node.add_dependency(changed)
    return changed


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
