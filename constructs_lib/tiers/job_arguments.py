"""The arguments of jobs, and their pods."""

from __future__ import annotations

from constructs import Construct

from constructs_lib.facts.logs import LogFormat
from constructs_lib.labels import Identity
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.pod import Pod
from constructs_lib.rules import check_seconds
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.connections import Connected
from constructs_lib.tiers.pod_settings import PodSettings


class JobArguments(Connected):
    """The arguments of a job.

    Args:
        settings: placement, hardening, sidecars and the like of its pods.
        log_format: how its lines are read; as they are by default.
        stop_seconds: from SIGTERM to SIGKILL, as when its node is drained, for it to end or keep
            what it is at; five seconds are added to spare.
    """

    settings: PodSettings = PodSettings()
    log_format: LogFormat = LogFormat.PLAIN
    stop_seconds: int = 25

    def pod(self, scope: Construct, id: str, *, at_once: int) -> Pod:
        """Return its pod.

        Args:
            scope: the parent construct.
            id: the name of the job.
            at_once: the most pods that share the connections of the database.
        """
        check_seconds(f"stop_seconds of {id}", self.stop_seconds)
        return self.settings.pod(
            Identity.of(scope, id, component="job"),
            self.connect(self.container, pods=at_once),
            shutdown=Shutdown(drain_seconds=self.stop_seconds),
            signals=Signals(log_format=self.log_format),
        )
