"""When syrupy may call a snapshot unused, which ``--snapshot-update`` deletes."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from syrupy.data import SnapshotCollections
from syrupy.location import PyTestLocation
from syrupy.report import SnapshotReport
from syrupy.session import ItemStatus


class Report(SnapshotReport):
    """Judges the snapshots of a module only after a run in which all its tests passed.

    Of itself syrupy calls unused what no test compared, as if a test that failed before it
    came to that, or did not run, had no need of its snapshot.
    """

    @cached_property
    def unused(self) -> SnapshotCollections:
        """Return the snapshots that no test needs."""
        outcomes = defaultdict(set)
        for item in self.collected_items:
            module = PyTestLocation.module_path_key(item.path)
            outcomes[module].add(self.selected_items.get(item.nodeid))
        unused = SnapshotCollections()
        for collection in super().unused:
            modules = PyTestLocation.owning_test_modules(collection.location)
            if all(
                outcomes[PyTestLocation.module_path_key(module)] == {ItemStatus.PASSED}
                for module in modules
            ):
                unused.add(collection)
        return unused
