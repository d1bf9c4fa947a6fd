"""The poolers of the database, which let their clients wait where they cannot ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster.kubectl import kubectl, pods


@contextmanager
def paused() -> Iterator[None]:
    """Let them answer nothing until the end of the block, as while there is no primary."""
    selector = "app.kubernetes.io/name=postgres-rw"
    names = [each["metadata"]["name"] for each in pods(selector, namespace="app")]

    def signal(number: str) -> None:
        for name in names:
            told = ("sh", "-c", f"kill -{number} 1")
            kubectl("exec", name, "-n", "app", "-c", "pgbouncer", "--", *told)

    signal("USR1")
    try:
        yield
    finally:
        signal("USR2")
