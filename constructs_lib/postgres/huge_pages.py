"""Huge pages of PostgreSQL: what of them its shared buffers may take."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.errors import reject
from constructs_lib.facts.footprint import HUGE_PAGES, Amounts
from constructs_lib.quantities import parse
from constructs_lib.values import Value

_MEBIBYTE = 2**20
_LEAST_BUFFERS = 128 * _MEBIBYTE
# Shared memory beside the buffers, as `postgres -C shared_memory_size` of 15 and 18 counts it.
_FIXED = 64 * _MEBIBYTE
_OF_CONNECTION = 2**17
_OF_BUFFERS = 1.025
# What a connection may lock by default.
_LOCKS = 64

NO_PAGES: Mapping[str, str] = {
    # Where a node has some and the container may have none, it would be killed.
    "huge_pages": "off"
}


class HugePages(Value):
    """Huge pages of a container, all of which the shared memory of PostgreSQL is in.

    Args:
        size: bytes of one.
        total: bytes of all.
        connections: the most.
        locks: that each of them may hold, ``max_locks_per_transaction``.
    """

    size: int
    total: int
    connections: int
    locks: int

    @property
    def parameters(self) -> Mapping[str, str]:
        """Those of PostgreSQL. It does not start without them: nothing else has room for it."""
        return {"huge_pages": "on", "huge_page_size": f"{self.size // 2**10}kB"}

    @property
    def buffers(self) -> int:
        """Bytes of shared buffers that fit into them."""
        return max(_LEAST_BUFFERS, int((self.total - self._beside) / _OF_BUFFERS))

    def check(self, buffers: int) -> None:
        """Refuse shared buffers that they have no room for."""
        needed = int(buffers * _OF_BUFFERS) + self._beside
        if needed > self.total:
            reject(
                "PostgresSizes.server",
                f"{self.total // _MEBIBYTE}Mi of huge pages",
                f"give it {-(-needed // _MEBIBYTE)}Mi or more: shared_buffers of "
                f"{buffers // _MEBIBYTE}MB, and what is shared beside them",
            )

    @property
    def _beside(self) -> int:
        return _FIXED + self.connections * _OF_CONNECTION * max(1, self.locks // _LOCKS)


def huge_pages(amounts: Amounts, *, connections: int, locks: int) -> HugePages | None:
    """Return the huge pages of a container; None for none."""
    found = {name: count for name, count in amounts.extended if name.startswith(HUGE_PAGES)}
    if not found:
        return None
    if len(found) > 1:
        reject("PostgresSizes.server", found, "give PostgreSQL huge pages of one size")
    name, total = next(iter(found.items()))
    size = int(parse(name.removeprefix(HUGE_PAGES)))
    return HugePages(size=size, total=total, connections=connections, locks=locks)
