"""Traffic policies of routes, independent of the ingress controller."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_distinct, check_range, check_seconds
from constructs_lib.traffic.headers import check_headers
from constructs_lib.traffic.limits import UNLIMITED, RateLimit, check_ranges
from constructs_lib.traffic.resilience import (
    CircuitBreaker,
    ErrorPage,
    ErrorRedirect,
    ResponseCache,
)
from constructs_lib.values import Value

_COOKIE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Timeouts(Value):
    """Timeouts of the ingress controller towards a pod.

    Args:
        connect_seconds: to connect, at most 75, the limit of nginx.
        read_seconds: between two reads of the response.
        send_seconds: between two writes of the request.

    Raises:
        ConfigurationError: a duration out of range.
    """

    connect_seconds: int = 5
    read_seconds: int = 60
    send_seconds: int = 60

    def __post_init__(self) -> None:
        check_range("Timeouts.connect_seconds", self.connect_seconds, 1, 75)
        check_seconds("Timeouts.read_seconds", self.read_seconds)
        check_seconds("Timeouts.send_seconds", self.send_seconds)


class RetryOn(StrEnum):
    """A failure after which a request is retried on the next pod."""

    ERROR = "error"
    TIMEOUT = "timeout"
    BAD_GATEWAY = "http_502"
    UNAVAILABLE = "http_503"
    GATEWAY_TIMEOUT = "http_504"


class Retry(Value):
    """Retries of failed requests on other pods.

    Only idempotent requests (GET, HEAD, PUT, DELETE, …) are retried; a POST that a pod may
    have received never is.

    Args:
        attempts: in all, the first one included.
        on: the failures that are retried.
        timeout_seconds: after which there is no further attempt.

    Raises:
        ConfigurationError: a number out of range, or nothing to retry on.
    """

    attempts: int = 2
    on: tuple[RetryOn, ...] = (RetryOn.ERROR, RetryOn.TIMEOUT, RetryOn.BAD_GATEWAY)
    timeout_seconds: int = 10

    def __post_init__(self) -> None:
        check_range("Retry.attempts", self.attempts, 2, 10)
        check_seconds("Retry.timeout_seconds", self.timeout_seconds)
        if not self.on or not all(isinstance(reason, RetryOn) for reason in self.on):
            reject(
                "Retry.on",
                self.on,
                "name one or more of RetryOn; what is not idempotent is never repeated",
            )
        check_distinct("Retry.on", self.on)


class SessionCookie(Value):
    """Session affinity by cookie, as long as the pod exists.

    Args:
        name: the name of the cookie.
        expires_seconds: of the cookie.

    Raises:
        ConfigurationError: a name that browsers refuse, or no time at all.
    """

    name: str = "route"
    expires_seconds: int = 3600

    def __post_init__(self) -> None:
        if not _COOKIE_NAME.fullmatch(self.name):
            reject("SessionCookie.name", self.name, "use at most 64 letters, digits, '-', '_'")
        check_seconds("SessionCookie.expires_seconds", self.expires_seconds)


class LoadBalancing(StrEnum):
    """The load-balancing algorithm of a route."""

    ROUND_ROBIN = "round robin"
    LEAST_CONNECTIONS = "least connections"
    TWO_RANDOM_CHOICES = "two random choices"
    CLIENT_ADDRESS = "client address"


class TrafficPolicy(Value):
    """Timeouts, retries, limits and the like of the requests of a route.

    None leaves a part to the ingress controller. Parts that a controller does not support are
    refused, and never dropped.

    Args:
        timeouts: towards pods; None for `Renderer.default_read_seconds`.
        request_timeout_seconds: of a request in all, retries included.
        retry: of failed requests; None disables it.
        rate_limit: of each client, or of all; None for no limit.
        allowed_ranges: addresses of the clients that are let in, by the address that the
            controller sees; None for all.
        session_cookie: session affinity; optional.
        load_balancing: the algorithm.
        body_limit: the largest request body in bytes, such as ``8Mi``; ``unlimited`` for any.
        response_header_limit: the largest header of a response, such as ``16Ki`` for the cookies
            of a sign-on, at which nginx answers with 502 otherwise.
        response_headers: headers of each response, by name, in place of those of the application;
            with `NginxIngress` beside them, so that the application must not send them too.
        circuit_breaker: for failing pods.
        error_page: the response or redirect for errors of the tier.
        cache: of responses.
        keep_alive_connections: idle connections of each worker of the controller to all pods
            of a tier together.

    Raises:
        ConfigurationError: a number out of range, an invalid size, range or header, or a session
            cookie with a load-balancing algorithm that contradicts it.
    """

    timeouts: Timeouts | None = Timeouts()
    request_timeout_seconds: int | None = None
    retry: Retry | None = Retry()
    rate_limit: RateLimit | None = RateLimit()
    allowed_ranges: tuple[str, ...] | None = None
    session_cookie: SessionCookie | None = None
    load_balancing: LoadBalancing | None = None
    body_limit: str | None = "8Mi"
    response_header_limit: str | None = None
    response_headers: Mapping[str, str] | None = None
    circuit_breaker: CircuitBreaker | None = None
    error_page: ErrorPage | ErrorRedirect | None = None
    cache: ResponseCache | None = None
    keep_alive_connections: int | None = None

    def __post_init__(self) -> None:
        if self.request_timeout_seconds is not None:
            check_seconds("TrafficPolicy.request_timeout_seconds", self.request_timeout_seconds)
        if self.body_limit not in (None, UNLIMITED):
            parse_bytes(self.body_limit, "TrafficPolicy.body_limit")
        if self.response_header_limit is not None:
            parse_bytes(self.response_header_limit, "TrafficPolicy.response_header_limit")
        if self.allowed_ranges is not None:
            check_ranges("TrafficPolicy.allowed_ranges", self.allowed_ranges)
        check_headers("TrafficPolicy.response_headers", self.response_headers or {})
        if self.keep_alive_connections is not None:
            check_range(
                "TrafficPolicy.keep_alive_connections", self.keep_alive_connections, 1, 10_000
            )
        if self.session_cookie and self.load_balancing is LoadBalancing.CLIENT_ADDRESS:
            reject(
                "TrafficPolicy.load_balancing",
                self.load_balancing.value,
                "leave out the session cookie, or balance in another way: "
                "a client stays with its pod by one of the two",
            )

    def parts(self) -> dict[str, Any]:
        """Return what a renderer must express or refuse, by field: all that is not None.

        A `retry` of None is included, for a controller that retries by default.
        """
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in parts.items() if value is not None}


class PreferredPolicy(Value):
    """A traffic policy of which each ingress controller applies the parts that it supports.

    That of default routes. To rely on a part, give the route a `TrafficPolicy`, of which
    nothing is left out.

    Args:
        policy: the preferred policy.
    """

    policy: TrafficPolicy = TrafficPolicy()

    def among(self, expressed: Collection[str]) -> TrafficPolicy:
        """Return the parts of the policy that a controller supports."""
        return replace(self.policy, **dict.fromkeys(set(self.policy.parts()) - set(expressed)))


class UsualPolicy(Value):
    """What is usual for the requests of a route, or for its websockets.

    Of it each ingress controller applies the parts that it supports.
    """


# What every controller can do: nothing is asked of it beyond routes and hosts.
PORTABLE_POLICY = TrafficPolicy(timeouts=None, retry=None, rate_limit=None, body_limit=None)

# A connection may be silent for an hour, and goes where the fewest are: it stays.
WEBSOCKET_POLICY = TrafficPolicy(
    timeouts=Timeouts(read_seconds=3600, send_seconds=3600),
    rate_limit=RateLimit(requests_per_second=10, burst=20),
    load_balancing=LoadBalancing.LEAST_CONNECTIONS,
)
