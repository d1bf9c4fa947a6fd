"""Clients of the socket tier through the proxy, and what happens to them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.client import program, running
from tests.platform.shop import Shop


@dataclass(kw_only=True, slots=True)
class Sessions:
    """What happened to the clients of the socket tier, once the block of `sessions` has ended."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def closed(self) -> list[dict[str, Any]]:
        """Return when connections were closed."""
        return [each for each in self.events if each.get("event") == "closed"]

    def accepted(self) -> set[str]:
        """Return the ids of the messages that the broker accepted."""
        return {each["accepted"] for each in self.events if "accepted" in each}

    def missed_by(self, client: int) -> set[str]:
        """Return the messages that a client did not get."""
        got = {each["id"] for each in self.events if each.get("client") == client and "id" in each}
        return self.accepted() - got


@contextmanager
def sessions(shop: Shop, *, clients: int) -> Iterator[Sessions]:
    """Hold websockets open through the proxy until the end of the block."""
    held = Sessions()
    with running(program("sessions", f"wss://{shop.made.host.name}/ws", clients)) as output:
        time.sleep(5)
        yield held
    held.events += [json.loads(line) for line in output.lines]
