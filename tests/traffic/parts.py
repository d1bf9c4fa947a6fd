"""Each part of a traffic policy: a value of it, and others that differ in one field each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from constructs_lib import RateLimit, Timeouts, TrafficPolicy
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    CircuitBreaker,
    ErrorPage,
    ErrorRedirect,
    LoadBalancing,
    RateLimitKey,
    ResponseCache,
    Retry,
    RetryOn,
    SessionCookie,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A field of a policy, a value, and another for each field that the value has itself."""

    field: str
    value: Any
    others: dict[str, Any]

    @property
    def policy(self) -> TrafficPolicy:
        """A policy that says nothing else."""
        return replace(PORTABLE_POLICY, **{self.field: self.value})

    def changed(self, name: str) -> TrafficPolicy:
        """The same with the other value."""
        other = self.others[name]
        value = other if name == self.field else replace(self.value, **{name: other})
        return replace(PORTABLE_POLICY, **{self.field: value})


def _part(field: str, value: object, **others: object) -> Part:
    return Part(field=field, value=value, others=others)


PARTS = (
    _part("timeouts", Timeouts(), connect_seconds=6, read_seconds=61, send_seconds=62),
    _part("request_timeout_seconds", 60, request_timeout_seconds=61),
    _part("retry", Retry(), attempts=3, on=(RetryOn.ERROR,), timeout_seconds=11),
    _part("rate_limit", RateLimit(), requests_per_second=51, burst=101, key=RateLimitKey.HOST),
    _part("allowed_ranges", ("203.0.113.0/24",), allowed_ranges=("203.0.113.0/25",)),
    _part("session_cookie", SessionCookie(), name="pod", expires_seconds=3601),
    _part(
        "load_balancing",
        LoadBalancing.ROUND_ROBIN,
        load_balancing=LoadBalancing.LEAST_CONNECTIONS,
    ),
    _part("body_limit", "1500Ki", body_limit="unlimited"),
    _part("response_header_limit", "16Ki", response_header_limit="32Ki"),
    _part("response_headers", {"X-Frame-Options": "DENY"}, response_headers={"X-A": "b"}),
    _part("circuit_breaker", CircuitBreaker(), failures=4, window_seconds=11),
    _part(
        "error_page",
        ErrorPage(body='<h1>"Back" soon</h1>'),
        body="Gone",
        codes=(502,),
        status=500,
        content_type="text/plain",
    ),
    _part(
        "error_page",
        ErrorRedirect(url="https://shop.example.com/unavailable"),
        url="https://shop.example.com/later",
        codes=(503,),
    ),
    _part("cache", ResponseCache(), seconds=61, size="257Mi"),
    _part("keep_alive_connections", 32, keep_alive_connections=33),
)
