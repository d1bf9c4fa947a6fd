"""How a pod leaves without dropping a request."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from constructs_lib.rules import check_seconds
from constructs_lib.values import Value

_MARGIN_SECONDS = 5


class Runtime(Enum):
    """What an image brings along that can wait without a shell or a `sleep`."""

    NODE = ("node", "-e", "setTimeout(()=>{},{seconds}000)")
    PYTHON = ("python", "-c", "import time;time.sleep({seconds})")

    def pause(self, seconds: int) -> list[str]:
        """Return the command that waits."""
        return [word.replace("{seconds}", str(seconds)) for word in self.value]


class Lifecycle(Value):
    """The last seconds of a pod: a pause, then SIGTERM, then time to drain.

    Endpoints are removed while the pod is told to stop, not before: load
    balancers go on sending for a moment. The pause before SIGTERM lets them
    finish. It runs the image's own interpreter, since images without a shell
    have no `sleep` and the native one is newer than Kubernetes 1.27
    (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination).

    Args:
        runtime: the interpreter of the image.
        endpoint_removal_seconds: the pause; ten cover ingress controllers and
            kube-proxy with a margin (nginx was seen to take less than one).
        drain_seconds: what the application may take to finish after SIGTERM.

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
        """Seconds from the deletion of a pod to SIGKILL: pause, drain, five to spare."""
        return self.endpoint_removal_seconds + self.drain_seconds + _MARGIN_SECONDS

    @property
    def pre_stop(self) -> Sequence[str]:
        """The command that pauses."""
        return self.runtime.pause(self.endpoint_removal_seconds)
