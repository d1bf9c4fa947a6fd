"""How many of the poolers' connections each client may hold."""

from __future__ import annotations

from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import check_range


class Shares:
    """Hands out connections until there are no more.

    Args:
        capacity: how many there are, for readers and writers each.
    """

    def __init__(self, *, capacity: int) -> None:
        self._capacity = capacity
        self._taken: dict[str, int] = {}

    def take(self, pooler: str, connections: int) -> int:
        """Return the connections of a client; refuse what is beyond the capacity.

        Args:
            pooler: which of them.
            connections: how many.
        """
        left = self._capacity - self._taken.get(pooler, 0)
        check_range("connections", connections, 1, 100_000)
        if connections > left:
            raise ConfigurationError(
                "connections",
                connections,
                f"use at most {left} of Pooler.client_connections {self._capacity}, or raise it",
            )
        self._taken[pooler] = self._taken.get(pooler, 0) + connections
        return connections
