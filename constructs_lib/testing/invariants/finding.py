"""What an invariant is and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from constructs_lib.testing.fields import Manifest
from constructs_lib.testing.platform import Platform

Finding = tuple[Manifest, str]
Invariant = Callable[[Platform], Iterator[Finding]]
