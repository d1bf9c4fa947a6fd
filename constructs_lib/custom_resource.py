"""Custom resources, and kinds that Kubernetes 1.27 does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdk8s import ApiObject, ApiObjectMetadata
from cdk8s_plus_27 import k8s
from constructs import Construct


class CustomResource(ApiObject):
    """An object of metadata and fields, written as they are given.

    Args:
        scope: the parent construct.
        id: of the construct.
        api_version: group and version.
        kind: its kind.
        metadata: as `names.metadata` returns it.
        fields: the rest of the manifest, such as ``{"spec": {…}}``; a key whose
            value is None is left out.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api_version: str,
        kind: str,
        metadata: k8s.ObjectMeta,
        fields: Mapping[str, Any],
    ) -> None:
        super().__init__(
            scope,
            id,
            api_version=api_version,
            kind=kind,
            metadata=ApiObjectMetadata(
                name=metadata.name,
                namespace=metadata.namespace,
                labels=dict(metadata.labels or {}),
                annotations=dict(metadata.annotations or {}),
            ),
        )
        self._fields = _written(fields)

    def to_json(self) -> Any:  # noqa: ANN401
        """Return the manifest."""
        return {**super().to_json(), **self._fields}


def _written(value: Any) -> Any:  # noqa: ANN401
    """Return plain data in the order and without the gaps of a manifest."""
    if isinstance(value, Mapping):
        return {key: _written(value[key]) for key in sorted(value) if value[key] is not None}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    return value
