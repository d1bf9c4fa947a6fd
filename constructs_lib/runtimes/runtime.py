"""Runtimes: what the server process in a container is like, and what a tier tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from constructs_lib.cluster import AddressFamily
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Pause
from constructs_lib.pods.probes import UsualChecks
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_env_name, check_seconds
from constructs_lib.runtimes.signals import Signals
from constructs_lib.values import Value


class Serving(Value):
    """What a tier tells the server process.

    Args:
        addresses: the address family that it listens on.
        port: that it listens on.
        metrics_port: that its metrics are on; None for no metrics.
        drain_seconds: the time to finish after SIGTERM.
        keep_alive_seconds: that it keeps connections which nobody uses.
        variables: the names of those that other arguments of the tier tell it.

    Raises:
        ConfigurationError: what is no name of a variable.
    """

    addresses: AddressFamily
    port: int
    metrics_port: int | None
    drain_seconds: int
    keep_alive_seconds: int
    variables: Sequence[str] = ()

    def __post_init__(self) -> None:
        for name in self.variables:
            check_env_name("Serving.variables", name)


class LongerThanFront(Value):
    """Longer than whoever is in front keeps connections that it does not use.

    Otherwise a request meets one that the server just closed.
    """


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
    def checks(self) -> UsualChecks:
        """The checks that it answers once it works, and however busy it is."""
        ...

    @property
    def has_request_threads(self) -> bool:
        """Whether a request waits for others once so many are under way."""
        ...

    @property
    def closes_gently(self) -> bool:
        """Whether it closes open connections one after the other after SIGTERM."""
        ...

    @property
    def keep_alive_seconds(self) -> int | LongerThanFront | None:
        """How long it keeps connections that nobody uses; None where that is not known."""
        ...

    @property
    def timeout_seconds(self) -> int | None:
        """After which it gives up on a request; None for one that does not."""
        ...

    def processes(self, resources: Resources) -> int:
        """Return the number of processes, each with connections of its own."""
        ...

    def prepared_by(self, main: Container) -> Sequence[Container]:
        """Return the init containers that prepare directories of the server.

        Args:
            main: the main container, all configured.
        """
        ...

    def spooled_requests(self, resources: Resources) -> int:
        """Return how many requests may have their uploads in ``/tmp`` at once."""
        ...

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the variables, arguments and directories of the server.

        Args:
            container: of the tier.
            serving: what the tier tells it.
        """
        ...


def check_keep_alive(runtime: str, seconds: int | LongerThanFront | None) -> None:
    """Refuse what is no time to keep a connection."""
    if isinstance(seconds, int):
        check_seconds(f"{runtime}.keep_alive_seconds", seconds)
