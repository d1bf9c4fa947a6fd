"""Invariants of images: tags that do not move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field
from constructs_lib.pods.image import is_pinned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform


def images_are_pinned(platform: Platform) -> Iterator[Violation]:
    """A digest, or the tag of one version, date or commit; a tag such as latest moves."""
    for workload in platform.workloads:
        for container in workload.all_containers:
            image = field(container, "image", default="")
            if not is_pinned(image):
                yield workload.manifest, f"image {image!r} of {container.get('name')} may change"
