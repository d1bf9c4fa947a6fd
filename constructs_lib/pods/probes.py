"""How Kubernetes learns that a container has started, lives and can serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.quantities import int_or_string
from constructs_lib.rules import (
    check_range,
    check_seconds,
    check_several,
    check_text,
    check_url_path,
)
from constructs_lib.secret_shapes import check_no_secret


class Check(Protocol):
    """One way to ask a container how it is."""

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe that asks in this way.

        Args:
            port: the port of the container.
            period: seconds between two questions.
            timeout: seconds to wait for an answer.
            failures: how many answers may be missing or bad in a row.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpCheck:
    """A GET that must be answered with 200 to 399.

    Args:
        path: the path that is asked for.

    Raises:
        ConfigurationError: no path, or one with more than letters, digits, '.', '_' and '-'.
    """

    path: str

    def __post_init__(self) -> None:
        check_url_path("HttpCheck.path", self.path)

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe; see `Check`."""
        return k8s.Probe(
            http_get=k8s.HttpGetAction(path=self.path, port=int_or_string(port)),
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpsCheck:
    """The same over TLS; the certificate is not verified.

    Args:
        path: the path that is asked for.

    Raises:
        ConfigurationError: no path, or one with more than letters, digits, '.', '_' and '-'.
    """

    path: str

    def __post_init__(self) -> None:
        check_url_path("HttpsCheck.path", self.path)

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe; see `Check`."""
        return k8s.Probe(
            http_get=k8s.HttpGetAction(path=self.path, port=int_or_string(port), scheme="HTTPS"),
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TcpCheck:
    """A connection that must be accepted."""

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe; see `Check`."""
        return k8s.Probe(
            tcp_socket=k8s.TcpSocketAction(port=int_or_string(port)),
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecCheck:
    """A command in the container that must exit with 0.

    Args:
        command: the program and its arguments; no shell is involved.

    Raises:
        ConfigurationError: no program, one text instead of several, a control character, or a
            secret among the arguments.
    """

    command: Sequence[str]

    def __post_init__(self) -> None:
        check_several("ExecCheck.command", self.command)
        if not self.command or not self.command[0]:
            raise ConfigurationError("ExecCheck.command", self.command, "name a program")
        for word in self.command:
            check_text("ExecCheck.command", word)
            check_no_secret("ExecCheck.command", word)

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe; see `Check`."""
        return k8s.Probe(
            exec=k8s.ExecAction(command=list(self.command)),
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class GrpcCheck:
    """A call of the standard gRPC health service that must answer SERVING.

    Args:
        service: the service that is asked for; None for the server as a whole.

    Raises:
        ConfigurationError: a name with control characters.
    """

    service: str | None = None

    def __post_init__(self) -> None:
        if self.service is not None:
            check_text("GrpcCheck.service", self.service)

    def probe(self, *, port: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        """Return the typed probe; see `Check`."""
        return k8s.Probe(
            grpc=k8s.GrpcAction(port=port, service=self.service),
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Probes:
    """Startup, liveness and readiness of one container.

    The two paths differ on purpose: liveness says that the process is not
    stuck and asks nobody else, readiness says that it can serve. A liveness
    check that asks the database turns an outage of one into a restart of all.

    Args:
        liveness: restarts the container; also asked during start-up.
        readiness: takes the pod out of the load balancing.
        period_seconds: between two questions.
        timeout_seconds: to wait for an answer.
        failure_threshold: missed answers in a row before anything happens.
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
            raise ConfigurationError(
                "Probes.startup_budget_seconds",
                self.startup_budget_seconds,
                f"use a multiple of {self.startup_period_seconds} seconds",
            )

    @property
    def startup_period_seconds(self) -> int:
        """Seconds between two questions during start-up: few, so that a start is seen soon."""
        return min(self.period_seconds, 5)

    @property
    def detection_seconds(self) -> int:
        """Seconds until a pod that cannot serve is out of the load balancing."""
        return self.period_seconds * self.failure_threshold

    def startup(self, port: int) -> k8s.Probe:
        """Return the typed startup probe."""
        return self.liveness.probe(
            port=port,
            period=self.startup_period_seconds,
            timeout=min(self.timeout_seconds, self.startup_period_seconds),
            failures=self.startup_budget_seconds // self.startup_period_seconds,
        )

    def live(self, port: int) -> k8s.Probe:
        """Return the typed liveness probe."""
        return self._running(self.liveness, port)

    def ready(self, port: int) -> k8s.Probe:
        """Return the typed readiness probe."""
        return self._running(self.readiness, port)

    def _running(self, check: Check, port: int) -> k8s.Probe:
        return check.probe(
            port=port,
            period=self.period_seconds,
            timeout=self.timeout_seconds,
            failures=self.failure_threshold,
        )
