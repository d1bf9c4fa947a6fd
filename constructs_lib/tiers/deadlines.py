"""The chain of timeouts: an inner one ends before the outer one, which can still answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.traffic.host import Host, Renderer
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route


def check_deadlines(
    host: Host | None,
    routes: Iterable[Route],
    gunicorn: Gunicorn,
    database: DatabaseEndpoint | None,
) -> None:
    """Refuse an inner timeout that is not below the outer one: edge, workers, database."""
    if host is not None:
        for route in routes:
            _check_edge(route, host.renderer, gunicorn, database)
    if database is not None and database.statement_seconds >= gunicorn.timeout_seconds:
        raise ConfigurationError(
            "DatabaseEndpoint.statement_seconds",
            database.statement_seconds,
            f"use less than the {gunicorn.timeout_seconds} seconds of Gunicorn.timeout_seconds",
        )


def _check_edge(
    route: Route, renderer: Renderer, gunicorn: Gunicorn, database: DatabaseEndpoint | None
) -> None:
    for seconds in _waits(route.policy_on(renderer.expressed), renderer):
        if seconds <= gunicorn.timeout_seconds:
            raise ConfigurationError(
                "Gunicorn.timeout_seconds",
                gunicorn.timeout_seconds,
                f"use less than the {seconds} seconds that the route {route.paths[0]!r} waits",
            )
        if database is not None and seconds <= database.wait_seconds:
            raise ConfigurationError(
                "DatabaseEndpoint.wait_seconds",
                database.wait_seconds,
                f"use less than the {seconds} seconds that the route {route.paths[0]!r} waits",
            )


def _waits(policy: TrafficPolicy, renderer: Renderer) -> Iterator[int]:
    read = policy.timeouts.read_seconds if policy.timeouts else renderer.default_read_seconds
    if read is not None:
        yield read
    if policy.request_timeout_seconds is not None:
        yield policy.request_timeout_seconds
