"""Snapshots: a YAML file for each test, the same bytes that ``cdk8s synth`` writes."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Self

import cdk8s
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.terminal import bold, disable_color, received_style, reset, snapshot_style

from constructs_lib.changes import changes
from constructs_lib.changes.text import told
from constructs_lib.errors import ConfigurationError
from constructs_lib.manifests.files import Texts
from constructs_lib.manifests.sources import manifests
from constructs_lib.testing.differences import differences

if TYPE_CHECKING:
    from syrupy.types import PropertyFilter, PropertyMatcher, SerializableData, SerializedData

_STYLES = {"-": snapshot_style, "+": received_style}


class ManifestExtension(SingleFileSnapshotExtension):
    """Stores the snapshot of a test in ``__snapshots__/<module>/<test>.yaml``."""

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


class ManifestAssertion(SnapshotAssertion):
    """Compares with the snapshot, and fails the test with all differences.

    It fails by itself, since pytest truncates the explanation of an ``assert`` to a few lines.
    """

    @classmethod
    def of(cls, snapshot: SnapshotAssertion) -> Self:
        """Return one for the test of the fixture ``snapshot``."""
        return cls(
            session=snapshot.session,
            extension_class=ManifestExtension,
            test_location=snapshot.test_location,
            update_snapshots=snapshot.update_snapshots,
            update_new_snapshots_only=snapshot.update_new_snapshots_only,
        )

    __hash__ = SnapshotAssertion.__hash__

    def __repr__(self) -> str:
        return f"<snapshots of {self.test_location.snapshot_name}>"

    def __eq__(self, other: SerializableData) -> bool:
        __tracebackhide__ = True
        if super().__eq__(other):
            return True
        result = self.executions[self.num_executions - 1]
        if result.exception is not None:
            raise result.exception
        file = os.path.relpath(result.snapshot_location)
        if result.recalled_data is None:
            raise AssertionError(f"there is no {file} yet; `pytest --snapshot-update` writes it")
        blocks = differences(str(result.recalled_data), str(result.asserted_data))
        count = f"{len(blocks)} difference{'s' if len(blocks) > 1 else ''}"
        plain = self.session.pytest_session.config.option.no_colors
        with disable_color() if plain else nullcontext():
            shown = "\n\n".join(map(_styled, blocks))
        raise AssertionError(
            f"{count} from {file}; `pytest --snapshot-update` accepts\n\n{shown}"
            + _meaning(str(result.recalled_data), str(result.asserted_data))
        )


def _meaning(recalled: str, asserted: str) -> str:
    """Return what an apply would do, as far as both are manifests."""
    texts = Texts()
    try:
        before, after = (
            [manifest for _, manifest in texts.documents(text, "snapshot")]
            for text in (recalled, asserted)
        )
        found = changes(before, after)
    except ConfigurationError:
        return ""
    return f"\n\nWhat an apply does:\n\n{told(found)}" if found.changes else ""


def _styled(block: list[str]) -> str:
    title, *lines = block
    return "\n".join([bold(title), *(_STYLES.get(line[0], reset)(line) for line in lines)])
