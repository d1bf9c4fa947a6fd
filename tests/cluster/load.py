"""Requests through the proxy at a steady rate, and which of them failed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tests.cluster.client import running

# Requests a second: hundreds in all, where the machine under the cluster has the cores for them.
RATE = min(150, 10 * (os.cpu_count() or 1))
# Who waits for longer has no answer.
_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A request that failed.

    Args:
        at: seconds after the first request.
        said: the status, or what the client says.
    """

    at: float
    said: str


@dataclass(kw_only=True, slots=True)
class Load:
    """Requests of one client; they are counted once the block of `load` has ended."""

    sent: int = 0
    failures: list[Failure] = field(default_factory=list)
    slowest_seconds: float = 0

    def failed_after(self, seconds: float) -> int:
        """Return how many failed later than so many seconds after the first request."""
        return sum(each.at > seconds for each in self.failures)

    def __str__(self) -> str:
        kinds = sorted({each.said for each in self.failures})
        return f"{len(self.failures)} of {self.sent} requests failed {kinds}"


@contextmanager
def load(url: str, *, rate: int = RATE) -> Iterator[Load]:
    """Send so many requests a second to an address until the end of the block."""
    attack = f"vegeta attack -rate={rate} -duration=0 -timeout={_TIMEOUT_SECONDS}s -insecure"
    fields = "[.timestamp, .code, .error, .latency]"
    measured = Load()
    with running(
        f"echo 'GET {url}' | {attack}", reads=f"vegeta encode -to json | jq -c '{fields}'"
    ) as output:
        yield measured
    answers = [json.loads(line) for line in output.lines]
    times = [datetime.fromisoformat(at).timestamp() for at, *_ in answers]
    measured.sent = len(answers)
    measured.slowest_seconds = max(latency for *_, latency in answers) / 1e9
    measured.failures += [
        Failure(at=round(at - min(times), 1), said=error or str(code))
        for at, (_, code, error, _) in sorted(zip(times, answers, strict=True))
        if not 200 <= code < 400
    ]
