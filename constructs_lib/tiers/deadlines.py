"""The chain of timeouts: an inner one ends before the outer one, which can still answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constructs_lib.errors import reject
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.traffic.host import Host, Renderer
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route


def check_deadlines(
    hosts: Iterable[Host],
    routes: Iterable[Route],
    runtime: Runtime,
    database: DatabaseEndpoint | None,
) -> None:
    """Refuse an inner timeout that is not below the outer one: edge, server, database."""
    for host in hosts:
        for route in routes:
            _check_edge(route, host.renderer, runtime, database)
    timeout = runtime.timeout_seconds
    if database is not None and timeout is not None and database.statement_seconds >= timeout:
        reject(
            "DatabaseEndpoint.statement_seconds",
            database.statement_seconds,
            f"use less than the {timeout} seconds of {_name(runtime)}.timeout_seconds",
        )


def _check_edge(
    route: Route, renderer: Renderer, runtime: Runtime, database: DatabaseEndpoint | None
) -> None:
    inner = {f"{_name(runtime)}.timeout_seconds": runtime.timeout_seconds}
    if database is not None:
        inner["DatabaseEndpoint.wait_seconds"] = database.wait_seconds
    for seconds in _waits(route.policy_on(renderer.expressed), renderer):
        for field, shorter in inner.items():
            if shorter is not None and seconds <= shorter:
                reject(
                    field,
                    shorter,
                    f"use less than the {seconds} seconds that the route {route.paths[0]!r} waits",
                )


def _name(runtime: Runtime) -> str:
    return type(runtime).__name__


def _waits(policy: TrafficPolicy, renderer: Renderer) -> Iterator[int]:
    read = policy.timeouts.read_seconds if policy.timeouts else renderer.default_read_seconds
    if read is not None:
        yield read
    if policy.request_timeout_seconds is not None:
        yield policy.request_timeout_seconds
