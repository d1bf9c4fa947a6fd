"""Graceful shutdown of pods: preStop hook, drain and grace period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from constructs_lib.errors import reject
from constructs_lib.rules import check_seconds, check_text
from constructs_lib.values import Value

_MARGIN_SECONDS = 5
_SECONDS = "{seconds}"


class Sleep(Value):
    """A preStop hook in which the kubelet sleeps: no program of the image is needed.

    Kubernetes 1.30 and newer have it on by default, older ones refuse it
    (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations).

    Args:
        seconds: how long.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    seconds: int

    def __post_init__(self) -> None:
        check_seconds("Sleep.seconds", self.seconds)


class Pause(Protocol):
    """The pause of a container before SIGTERM, while load balancers still send requests."""

    def hook(self, seconds: int) -> Sequence[str] | Sleep:
        """Return the preStop hook that pauses for so long."""
        ...


class PauseCommand(Value):
    """A pause by a program of the image.

    Args:
        command: the program and its arguments, with ``{seconds}`` in one of them.

    Raises:
        ConfigurationError: no ``{seconds}``.
    """

    command: Sequence[str]

    def __post_init__(self) -> None:
        for word in self.command:
            check_text("PauseCommand.command", word)
        if not any(_SECONDS in word for word in self.command):
            reject(
                "PauseCommand.command", self.command, "say how long, as in ('sleep', '{seconds}')"
            )

    def hook(self, seconds: int) -> Sequence[str]:
        """Return the command that pauses for so long."""
        return [word.replace(_SECONDS, str(seconds)) for word in self.command]


class NativePause(Value):
    """A pause by the kubelet, for Kubernetes 1.30 and newer: see `Sleep`."""

    def hook(self, seconds: int) -> Sleep:
        """Return the hook that pauses for so long."""
        return Sleep(seconds=seconds)


SLEEP_PAUSE = PauseCommand(command=("sleep", _SECONDS))
# Images without a shell have no `sleep`, but their interpreter.
NODE_PAUSE = PauseCommand(command=("node", "-e", f"setTimeout(()=>{{}},{_SECONDS}000)"))
PYTHON_PAUSE = PauseCommand(command=("python", "-c", f"import time;time.sleep({_SECONDS})"))


class Shutdown(Value):
    """The preStop hook and the grace period of a pod.

    Args:
        drain_seconds: from SIGTERM to the end of what it is at.
        pre_stop: the hook before SIGTERM; none for a pod that nobody calls, which has no endpoints
            to be removed from.
        pause_seconds: that the hook takes.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    drain_seconds: int
    pre_stop: Sequence[str] | Sleep = ()
    pause_seconds: int = 0

    def __post_init__(self) -> None:
        check_seconds("Shutdown.drain_seconds", self.drain_seconds)
        check_seconds("Shutdown.pause_seconds", self.pause_seconds, low=0)

    @property
    def grace_period_seconds(self) -> int:
        """The grace period: pause, drain and five seconds to spare."""
        return self.pause_seconds + self.drain_seconds + _MARGIN_SECONDS


class DetachTime(Value):
    """The time that whoever is in front of a pod needs to send it no more requests."""


class LongestRequest(Value):
    """The longest that a request may take, by its routes, its server and its database."""


class GentleClose(Value):
    """The time over which a server closes its connections one after the other.

    One that closes all at once has no use for it, and drains as long as a request may take.

    Args:
        seconds: the time.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    seconds: int = 120

    def __post_init__(self) -> None:
        check_seconds("GentleClose.seconds", self.seconds)


class Lifecycle(Value):
    """Graceful shutdown of a pod: a preStop delay, SIGTERM, and time to drain.

    Endpoints are removed while the pod terminates, not before: load balancers go on
    sending for a moment. The delay before SIGTERM lets them finish
    (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination).

    Args:
        endpoint_removal_seconds: the delay; as long as whoever is in front needs by default.
        drain_seconds: of the application after SIGTERM; as long as a request may take by default.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    endpoint_removal_seconds: int | DetachTime = DetachTime()
    drain_seconds: int | LongestRequest | GentleClose = LongestRequest()

    def __post_init__(self) -> None:
        for name in ("endpoint_removal_seconds", "drain_seconds"):
            if not isinstance(getattr(self, name), Value):
                check_seconds(f"Lifecycle.{name}", getattr(self, name))
