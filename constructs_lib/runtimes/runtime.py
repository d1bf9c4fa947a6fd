"""Runtimes: what the server process in a container is like, and what a tier tells it."""

from __future__ import annotations

from typing import Protocol

from constructs_lib.cluster import AddressFamily
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Pause
from constructs_lib.pods.resources import Resources
from constructs_lib.runtimes.signals import Signals
from constructs_lib.values import Value


class Serving(Value):
    """What a tier tells the server process.

    Args:
        addresses: the address family that it listens on.
        port: that it listens on.
        metrics_port: that its metrics are on; None for no metrics.
        drain_seconds: the time to finish after SIGTERM.
    """

    addresses: AddressFamily
    port: int
    metrics_port: int | None
    drain_seconds: int


class Runtime(Protocol):
    """The server process in a container.

    `Gunicorn`, `NextJs` and `NodeServer` know theirs, `AnyServer` is told. Every tier takes any.
    """

    @property
    def pause(self) -> Pause:
        """How its container waits before SIGTERM."""
        ...

    @property
    def signals(self) -> Signals:
        """What it counts, and how its lines read."""
        ...

    @property
    def threads(self) -> int:
        """The connections to a database that a process has use for at once."""
        ...

    @property
    def timeout_seconds(self) -> int | None:
        """After which it gives up on a request; None for one that does not."""
        ...

    def processes(self, resources: Resources) -> int:
        """Return the number of processes, each with connections of its own."""
        ...

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the variables, arguments and directories of the server.

        Args:
            container: of the tier.
            serving: what the tier tells it.
        """
        ...
