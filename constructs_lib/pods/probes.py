"""Startup, liveness and readiness probes of a container."""

from __future__ import annotations

import math
from dataclasses import replace

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.pods.checks import Check, HttpCheck
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.values import Value

_OFTEN_SECONDS = 5


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
        check_timing("Probe", self.timeout_seconds, self.period_seconds)
        check_range("Probe.failure_threshold", self.failure_threshold, 1, 86_400)

    @property
    def patience_seconds(self) -> int:
        """Seconds for which a container may at least not answer before the kubelet acts."""
        return self.period_seconds * (self.failure_threshold - 1) + self.timeout_seconds

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


def check_timing(kind: str, timeout_seconds: int, period_seconds: int) -> None:
    """Refuse a check that may take longer than the time between two."""
    check_seconds(f"{kind}.timeout_seconds", timeout_seconds)
    if timeout_seconds > period_seconds:
        reject(
            f"{kind}.timeout_seconds",
            timeout_seconds,
            f"use at most the {period_seconds} of period_seconds, or a longer period",
        )


class UsualCheck(Value):
    """The check that the runtime has for it."""


class UsualChecks(Value):
    """The checks of a runtime.

    Args:
        startup: answered once the server works.
        liveness: answered by a server that works, however busy it is.
        readiness: answered by one that can serve.
    """

    startup: Check
    liveness: Check
    readiness: Check = HttpCheck(path="/readyz")


class Probes(Value):
    """Startup, liveness and readiness of one container.

    Liveness says that the process is not stuck and depends on nothing else, readiness says that
    it can serve. A liveness check that depends on the database, or that waits for a free request
    thread, turns an outage or a busy hour into a restart of all pods.

    Each is a check, which gets the times below, or a `Probe` with a port and times of its own.

    Args:
        liveness: restarts the container; None for no probe.
        readiness: removes the pod from load balancing; ``/readyz`` by default, or the health
            service of gRPC; None for no probe.
        startup: the others wait for it. The check of liveness by default, and that of the runtime
            where liveness is that of the runtime; None for no probe.
        period_seconds: between two checks.
        timeout_seconds: of one check; of liveness the period, since a server that is only busy
            answers late, and its restart leaves the others busier.
        failure_threshold: failed checks in a row before the kubelet acts; of liveness twice as
            many.
        startup_budget_seconds: how long a start may take at least before the container
            is restarted.

    Raises:
        ConfigurationError: a number out of range, or a timeout above the period.
    """

    liveness: Check | Probe | UsualCheck | None = UsualCheck()
    readiness: Check | Probe | UsualCheck | None = UsualCheck()
    startup: Check | Probe | UsualCheck | None = UsualCheck()
    period_seconds: int = 10
    timeout_seconds: int = 3
    failure_threshold: int = 3
    startup_budget_seconds: int = 60

    def __post_init__(self) -> None:
        check_seconds("Probes.period_seconds", self.period_seconds)
        check_range("Probes.failure_threshold", self.failure_threshold, 1, 100)
        check_timing("Probes", self.timeout_seconds, self.period_seconds)
        check_seconds("Probes.startup_budget_seconds", self.startup_budget_seconds)

    def live(self, port: int, usual: UsualChecks) -> Probe | None:
        """Return the liveness probe."""
        said = self.liveness
        check = usual.liveness if isinstance(said, UsualCheck) else said
        if check is None or isinstance(check, Probe):
            return self._running(check, port)
        patient = replace(
            self._timed(check),
            timeout_seconds=self.period_seconds,
            failure_threshold=2 * self.failure_threshold,
        )
        return self._running(patient, port)

    def ready(self, port: int, usual: UsualChecks) -> Probe | None:
        """Return the readiness probe."""
        check = self.readiness
        return self._running(usual.readiness if isinstance(check, UsualCheck) else check, port)

    def started(self, port: int, usual: UsualChecks) -> Probe | None:
        """Return the startup probe: often, so that a start is detected soon."""
        check, live = self.startup, self.liveness
        if isinstance(check, UsualCheck):
            check = usual.startup if live is None or isinstance(live, UsualCheck) else live
        elif isinstance(check, Probe):
            return self._running(check, port)
        if check is None:
            return None
        probe = check if isinstance(check, Probe) else self._timed(check)
        return self._running(self._starting(probe), port)

    def _running(self, check: Check | Probe | None, port: int) -> Probe | None:
        if check is None:
            return None
        probe = check if isinstance(check, Probe) else self._timed(check)
        return replace(probe, port=port) if probe.port is None else probe

    def _timed(self, check: Check) -> Probe:
        return Probe(
            check=check,
            period_seconds=self.period_seconds,
            timeout_seconds=self.timeout_seconds,
            failure_threshold=self.failure_threshold,
        )

    def _starting(self, probe: Probe) -> Probe:
        # Never so often that the time of an answer would have to be cut.
        period = max(min(probe.period_seconds, _OFTEN_SECONDS), probe.timeout_seconds)
        return replace(
            probe,
            period_seconds=period,
            failure_threshold=math.ceil(self.startup_budget_seconds / period),
        )
