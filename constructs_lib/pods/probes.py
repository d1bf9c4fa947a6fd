"""Startup, liveness and readiness probes of a container."""

from __future__ import annotations

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.pods.checks import Check, HttpCheck
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value


class Probe(Value):
    """A probe of a container by the kubelet.

    Args:
        check: the check mechanism.
        port: the number of the port; None for a command.
        period_seconds: between two checks.
        timeout_seconds: of one check.
        failure_threshold: failed checks in a row before the kubelet acts.

    Raises:
        ConfigurationError: a number out of range.
    """

    check: Check
    port: int | None = None
    period_seconds: int = 10
    timeout_seconds: int = 3
    failure_threshold: int = 3

    def __post_init__(self) -> None:
        if self.port is not None:
            check_range("Probe.port", self.port, 1, 65_535)
        check_seconds("Probe.period_seconds", self.period_seconds)
        check_range("Probe.timeout_seconds", self.timeout_seconds, 1, self.period_seconds)
        check_range("Probe.failure_threshold", self.failure_threshold, 1, 86_400)

    @property
    def budget_seconds(self) -> int:
        """Seconds of failed checks before the kubelet acts."""
        return self.period_seconds * self.failure_threshold

    def to_kube(self) -> k8s.Probe:
        """Return the typed probe."""
        return k8s.Probe(
            **self.check.action(self.port or 0),
            period_seconds=self.period_seconds,
            timeout_seconds=self.timeout_seconds,
            failure_threshold=self.failure_threshold,
        )


class Probes(Value):
    """Startup, liveness and readiness of one container.

    The two paths differ on purpose: liveness says that the process is not stuck and
    depends on nothing else, readiness says that it can serve. A liveness check that
    depends on the database turns an outage of it into a restart of all pods.

    Args:
        liveness: restarts the container; also the startup check.
        readiness: removes the pod from load balancing.
        period_seconds: between two checks.
        timeout_seconds: of one check.
        failure_threshold: failed checks in a row before the kubelet acts.
        startup_budget_seconds: how long a start may take before the container
            is restarted; other checks wait until it has started.

    Raises:
        ConfigurationError: a number out of range, a timeout above the period,
            or a budget that is not a multiple of the period.
    """

    liveness: Check = HttpCheck(path="/healthz")
    readiness: Check = HttpCheck(path="/readyz")
    period_seconds: int = 10
    timeout_seconds: int = 3
    failure_threshold: int = 3
    startup_budget_seconds: int = 60

    def __post_init__(self) -> None:
        check_seconds("Probes.period_seconds", self.period_seconds)
        check_range("Probes.failure_threshold", self.failure_threshold, 1, 100)
        check_range("Probes.timeout_seconds", self.timeout_seconds, 1, self.period_seconds)
        check_seconds("Probes.startup_budget_seconds", self.startup_budget_seconds)
        if self.startup_budget_seconds % self.startup_period_seconds:
            reject(
                "Probes.startup_budget_seconds",
                self.startup_budget_seconds,
                f"use a multiple of {self.startup_period_seconds} seconds",
            )

    @property
    def startup_period_seconds(self) -> int:
        """Seconds between two startup checks: few, so that a start is detected soon."""
        return min(self.period_seconds, 5)

    @property
    def detection_seconds(self) -> int:
        """Seconds until a pod that cannot serve is removed from load balancing."""
        return self.period_seconds * self.failure_threshold

    def startup(self, port: int) -> Probe:
        """Return the startup probe."""
        return Probe(
            check=self.liveness,
            port=port,
            period_seconds=self.startup_period_seconds,
            timeout_seconds=min(self.timeout_seconds, self.startup_period_seconds),
            failure_threshold=self.startup_budget_seconds // self.startup_period_seconds,
        )

    def live(self, port: int) -> Probe:
        """Return the liveness probe."""
        return self._running(self.liveness, port)

    def ready(self, port: int) -> Probe:
        """Return the readiness probe."""
        return self._running(self.readiness, port)

    def _running(self, check: Check, port: int) -> Probe:
        return Probe(
            check=check,
            port=port,
            period_seconds=self.period_seconds,
            timeout_seconds=self.timeout_seconds,
            failure_threshold=self.failure_threshold,
        )
