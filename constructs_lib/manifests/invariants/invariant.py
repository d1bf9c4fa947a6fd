"""The types of an invariant and of its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from constructs_lib.manifests.fields import Manifest
from constructs_lib.manifests.platform import Platform

Violation = tuple[Manifest, str]
Invariant = Callable[[Platform], Iterator[Violation]]
