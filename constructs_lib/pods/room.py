"""The room that the containers of a pod have together: its scratch fits in it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from constructs_lib import quantities
from constructs_lib.errors import reject
from constructs_lib.pods.container import Container
from constructs_lib.pods.volumes import Mounted, Scratch


def check_scratch(volumes: Iterable[Mounted], containers: Iterable[Container]) -> None:
    """Refuse scratch that is more than the containers may hold."""
    sizes = [
        quantities.parse_bytes(volume.size, "Scratch.size")
        for volume in volumes
        if isinstance(volume, Scratch)
    ]
    held = sum(sizes, Decimal(0))
    own = sum(c.resources.amounts().ephemeral_storage for c in containers)
    if held > own:
        reject(
            "Resources.ephemeral_storage",
            quantities.format_bytes(Decimal(own)),
            f"use at least '{quantities.format_bytes(held)}' in all: so much may be in its "
            "Scratch volumes, and a pod that holds more is evicted",
        )
