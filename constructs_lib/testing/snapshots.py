"""One readable YAML file a test, the same bytes that ``cdk8s synth`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cdk8s
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from constructs_lib.manifests.sources import manifests

if TYPE_CHECKING:
    from syrupy.types import PropertyFilter, PropertyMatcher, SerializableData, SerializedData


class ManifestExtension(SingleFileSnapshotExtension):
    """Keeps what a test compares in ``__snapshots__/<module>/<test>.yaml``."""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"

    def serialize(
        self,
        data: SerializableData,
        *,
        exclude: PropertyFilter | None = None,
        include: PropertyFilter | None = None,
        matcher: PropertyMatcher | None = None,
    ) -> SerializedData:
        """Return the manifests as YAML."""
        return cdk8s.Yaml.stringify(*manifests(data))
