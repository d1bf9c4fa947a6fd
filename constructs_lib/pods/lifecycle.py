"""Graceful shutdown of pods: preStop hook, drain and grace period."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from constructs_lib.rules import check_seconds
from constructs_lib.values import Value

_MARGIN_SECONDS = 5


class Runtime(Enum):
    """The interpreter of an image, which sleeps in the preStop hook without a shell."""

    NODE = ("node", "-e", "setTimeout(()=>{},{seconds}000)")
    PYTHON = ("python", "-c", "import time;time.sleep({seconds})")

    def pause(self, seconds: int) -> list[str]:
        """Return the command that waits."""
        return [word.replace("{seconds}", str(seconds)) for word in self.value]


class Lifecycle(Value):
    """Graceful shutdown of a pod: a preStop delay, SIGTERM, and time to drain.

    Endpoints are removed while the pod terminates, not before: load balancers go on
    sending for a moment. The delay before SIGTERM lets them finish. It runs the
    interpreter of the image, since images without a shell have no `sleep` and the native
    one is newer than Kubernetes 1.27
    (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination).

    Args:
        runtime: the interpreter of the image.
        endpoint_removal_seconds: the delay; ten cover ingress controllers and kube-proxy with
            a margin (nginx was seen to take less than one).
        drain_seconds: of the application after SIGTERM.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    runtime: Runtime
    endpoint_removal_seconds: int = 10
    drain_seconds: int = 30

    def __post_init__(self) -> None:
        check_seconds("Lifecycle.endpoint_removal_seconds", self.endpoint_removal_seconds)
        check_seconds("Lifecycle.drain_seconds", self.drain_seconds)

    @property
    def grace_period_seconds(self) -> int:
        """The grace period: delay, drain and five seconds to spare."""
        return self.endpoint_removal_seconds + self.drain_seconds + _MARGIN_SECONDS

    @property
    def pre_stop(self) -> Sequence[str]:
        """The command of the preStop hook."""
        return self.runtime.pause(self.endpoint_removal_seconds)


class Drain(Value):
    """Graceful shutdown of a pod that nobody calls: SIGTERM at once, and time to finish.

    Args:
        seconds: from SIGTERM to the end of its longest task.

    Raises:
        ConfigurationError: a duration below one second or above a day.
    """

    seconds: int

    def __post_init__(self) -> None:
        check_seconds("Drain.seconds", self.seconds)

    @property
    def grace_period_seconds(self) -> int:
        """The grace period: the time to finish, and five seconds to spare."""
        return self.seconds + _MARGIN_SECONDS

    @property
    def pre_stop(self) -> Sequence[str]:
        """No hook: there are no endpoints to be removed from."""
        return ()
