"""A server that a test turns off, and on again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Self


class Switch:
    """A server that is on until the end of the block.

    Args:
        start: gives what runs it for the length of a block.
    """

    def __init__(self, start: Callable[[], AbstractContextManager[object]]) -> None:
        self._start = start
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(self._start())
        return self

    def __exit__(self, *error: object) -> None:
        self._running.close()

    @contextmanager
    def off(self) -> Iterator[None]:
        """Turn it off until the end of the block."""
        self._running.close()
        try:
            yield
        finally:
            self._running.enter_context(self._start())
