"""The chain of deadlines: what is further inside ends first, and nobody is cut off meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from constructs_lib.cluster import AddressFamily
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.pods.checks import ExecCheck, TcpCheck
from constructs_lib.pods.lifecycle import (
    DetachTime,
    GentleClose,
    Lifecycle,
    LongestRequest,
    Shutdown,
)
from constructs_lib.pods.probes import Probe
from constructs_lib.runtimes.runtime import Runtime, Serving
from constructs_lib.tiers.http import Http
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.values import Value

# Of a tier that only others in the cluster call: that of nginx, and more than that of most clients.
_IDLE_SECONDS = 60
# What covers ingress controllers and kube-proxy; nginx was seen to take less than one second.
_DETACH_SECONDS = 10
# As Google asks for behind its own, 620 for 600 (https://cloud.google.com/load-balancing/docs/https).
_LONGER_SECONDS = 20
_SHORTEST_DRAIN_SECONDS = 30


class Deadlines(Value):
    """The deadlines of a tier, from who is in front to the database.

    What was not said is derived, and what cannot hold is refused by both its ends. It is checked
    when it is made.

    Args:
        hosts: that its routes are on.
        routes: of the tier.
        load_balancers: in front of it.
        runtime: its server process.
        databases: that it has connections to.
        lifecycle: its graceful shutdown.
        spoken: by its pods.
        silent_seconds: how long its websockets may be silent; None where they may not.

    Raises:
        ConfigurationError: an inner deadline that is not below an outer one, a shutdown that cuts
            requests, a server that closes connections before who is in front does, or who is in
            front closing one that may be silent.
    """

    hosts: Sequence[Host] = ()
    routes: Sequence[Route] = ()
    load_balancers: Sequence[LoadBalancer] = ()
    runtime: Runtime
    databases: Sequence[DatabaseEndpoint] = ()
    lifecycle: Lifecycle
    spoken: Spoken = Spoken()
    silent_seconds: int | None = None

    def __post_init__(self) -> None:
        self._check_inside()
        drain, pause = self.lifecycle.drain_seconds, self.lifecycle.endpoint_removal_seconds
        if isinstance(drain, int):
            _check_at_least("Lifecycle.drain_seconds", drain, self._waits())
        if isinstance(pause, int):
            _check_at_least("Lifecycle.endpoint_removal_seconds", pause, self._detachments())
        for end in self._silences():
            if (self.silent_seconds or 0) > end.seconds:
                raise ConfigurationError(
                    "silent_seconds",
                    self.silent_seconds,
                    f"use at most the {end.seconds} seconds {end.says}, and let server or clients "
                    "ping as often, or let that be longer",
                )
        kept = self.runtime.keep_alive_seconds
        for idle in self._idle():
            if isinstance(kept, int) and kept <= idle.seconds:
                raise ConfigurationError(
                    f"{self._runtime}.keep_alive_seconds",
                    kept,
                    f"use more than the {idle.seconds} seconds {idle.says}, or a request meets one "
                    "that just closed",
                )

    @property
    def _runtime(self) -> str:
        return type(self.runtime).__name__

    def _check_inside(self) -> None:
        outer, timeout = list(self._edges(self.routes)), self.runtime.timeout_seconds
        if timeout is not None:
            for edge in outer:
                _check_below(f"{self._runtime}.timeout_seconds", timeout, edge)
            outer.append(_End(timeout, f"of {self._runtime}.timeout_seconds"))
        for database in self.databases:
            for end in outer:
                _check_below("DatabaseEndpoint.wait_seconds", database.wait_seconds, end)
                _check_below("DatabaseEndpoint.statement_seconds", database.statement_seconds, end)

    @property
    def longest_request_seconds(self) -> int:
        """The longest that a request may take."""
        return max((end.seconds for end in self._waits()), default=0)

    @property
    def drain_seconds(self) -> int:
        """The time to finish after SIGTERM."""
        said = self.lifecycle.drain_seconds
        if isinstance(said, GentleClose) and self.runtime.closes_gently:
            return said.seconds
        if isinstance(said, LongestRequest | GentleClose):
            return max(self.longest_request_seconds, _SHORTEST_DRAIN_SECONDS)
        return said

    @property
    def pause_seconds(self) -> int:
        """The pause before SIGTERM."""
        said = self.lifecycle.endpoint_removal_seconds
        if isinstance(said, DetachTime):
            return max((end.seconds for end in self._detachments()), default=_DETACH_SECONDS)
        return said

    @property
    def shutdown(self) -> Shutdown:
        """The preStop hook and the grace period."""
        return Shutdown(
            pre_stop=self.runtime.pause.hook(self.pause_seconds),
            pause_seconds=self.pause_seconds,
            drain_seconds=self.drain_seconds,
        )

    def serving(
        self, http: Http, addresses: AddressFamily, *, variables: Collection[str]
    ) -> Serving:
        """Return what the server process is told.

        Args:
            http: its ports.
            addresses: the address family that it listens on.
            variables: the names of those that other arguments tell it.
        """
        kept = self.runtime.keep_alive_seconds
        idle = max((end.seconds for end in self._idle()), default=_IDLE_SECONDS)
        return Serving(
            addresses=addresses,
            port=http.port,
            metrics_port=None if http.metrics is None else http.metrics.port,
            variables=tuple(variables),
            drain_seconds=self.drain_seconds,
            keep_alive_seconds=kept if isinstance(kept, int) else idle + _LONGER_SECONDS,
        )

    def check_liveness(self, probe: Probe | None, http: Http) -> None:
        """Refuse a liveness probe that kills a pod all of whose request threads are busy."""
        if probe is None or isinstance(probe.check, TcpCheck | ExecCheck):
            return
        longest, patience = self.longest_request_seconds, probe.patience_seconds
        waits = self.runtime.has_request_threads and probe.port == http.port
        if waits and patience <= longest:
            raise ConfigurationError(
                "Probes.liveness",
                probe.check,
                f"a pod that is busy for {patience} seconds is restarted, and a request may take "
                f"{longest}: use TcpCheck(), a Probe with a port of its own, more patience, or "
                "has_request_threads=False where it is answered however busy the server is",
            )

    def _edges(self, routes: Iterable[Route]) -> Iterator[_End]:
        """Yield how long who is in front waits for an answer."""
        for host in self.hosts:
            for route in routes:
                if not route.is_on(host.name):
                    continue
                policy = host.policy_of(route, self.spoken)
                usual = host.renderer.default_read_seconds
                if policy.timeouts is not None:
                    yield _End(policy.timeouts.read_seconds, _route_waits(route))
                elif usual is not None:
                    yield _End(usual, f"that {type(host.renderer).__name__} waits by itself")
                if policy.request_timeout_seconds is not None:
                    yield _End(policy.request_timeout_seconds, _route_waits(route))

    def _waits(self) -> Iterator[_End]:
        """Yield how long a request may take; websockets do not count, their clients come back."""
        yield from self._edges(route for route in self.routes if not route.websocket)
        timeout = self.runtime.timeout_seconds
        if timeout is not None:
            yield _End(timeout, f"of {self._runtime}.timeout_seconds")

    def _detachments(self) -> Iterator[_End]:
        """Yield how long who is in front still sends requests to a pod that terminates."""
        for host in self.hosts:
            renderer = host.renderer
            yield _End(renderer.detach_seconds, f"that {type(renderer).__name__} still sends to it")
        for balancer in self.load_balancers:
            yield _End(balancer.detach_seconds, "that the LoadBalancer still sends to it")

    def _silences(self) -> Iterator[_End]:
        """Yield how long who is in front lets a websocket be silent."""
        yield from self._edges(route for route in self.routes if route.websocket)
        for balancer in self.load_balancers:
            longest = balancer.longest_silence_seconds
            if longest is not None:
                yield _End(longest, "that the LoadBalancer can keep a silent connection")

    def _idle(self) -> Iterator[_End]:
        """Yield how long who is in front keeps connections that it does not use."""
        for host in self.hosts:
            renderer = host.renderer
            yield _End(renderer.idle_seconds, f"that {type(renderer).__name__} keeps connections")


class _End(NamedTuple):
    """One end of a deadline."""

    seconds: int
    says: str


def _route_waits(route: Route) -> str:
    return f"that the route {route.paths[0]!r} waits"


def _check_below(field: str, value: int, outer: _End) -> None:
    if value >= outer.seconds:
        raise ConfigurationError(
            field,
            value,
            f"use less than the {outer.seconds} seconds {outer.says}, or let that be longer",
        )


def _check_at_least(field: str, value: int, others: Iterable[_End]) -> None:
    for other in others:
        if value < other.seconds:
            raise ConfigurationError(
                field,
                value,
                f"use at least the {other.seconds} seconds {other.says}, or let that be shorter",
            )
