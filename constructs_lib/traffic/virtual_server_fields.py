"""A traffic policy in the fields of a VirtualServer and its Policies."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields
from typing import Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.rollouts.request_match import CookieMatch, HeaderMatch, Match
from constructs_lib.traffic.limits import RateLimit, RateLimitKey
from constructs_lib.traffic.merged import merged
from constructs_lib.traffic.nginx_annotations import BUFFERS, METHODS, nginx_size
from constructs_lib.traffic.policy import (
    LoadBalancing,
    Retry,
    SessionCookie,
    Timeouts,
)
from constructs_lib.traffic.resilience import (
    CircuitBreaker,
    ErrorPage,
    ErrorRedirect,
    ResponseCache,
)
from constructs_lib.traffic.spoken import Spoken
from constructs_lib.values import Value

_HEADER = re.compile(r"[-A-Za-z0-9]+")
_COOKIE = re.compile(r"[_A-Za-z0-9]+")
# A text counts all together; it takes no variable that the client could not choose.
_KEYS = {RateLimitKey.CLIENT_ADDRESS: "${binary_remote_addr}", RateLimitKey.HOST: "host"}


class Fields(Value):
    """The fields of a part of a policy, by their place."""

    upstream: Mapping[str, Any] = field(default_factory=dict)
    proxy: Mapping[str, Any] = field(default_factory=dict)
    route: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def fields_of(parts: Mapping[str, Any]) -> Fields:
    """Return the fields of the parts of a policy."""
    untold = Fields() if "retry" in parts else Fields(upstream={"next-upstream": "off"})
    written = [untold, *(WRITERS[part](value) for part, value in parts.items())]
    return Fields(
        **{
            each.name: merged(getattr(part, each.name) for part in written)
            for each in fields(Fields)
        }
    )


def _timeouts(timeouts: Timeouts) -> Fields:
    return Fields(
        upstream={
            "connect-timeout": f"{timeouts.connect_seconds}s",
            "read-timeout": f"{timeouts.read_seconds}s",
            "send-timeout": f"{timeouts.send_seconds}s",
        }
    )


def _retry(retry: Retry) -> Fields:
    return Fields(
        upstream={
            "next-upstream": " ".join(reason.value for reason in retry.on),
            "next-upstream-tries": retry.attempts,
            "next-upstream-timeout": f"{retry.timeout_seconds}s",
        }
    )


def _rate_limit(limit: RateLimit) -> Fields:
    return Fields(
        policies={
            "rate-limit": {
                "rateLimit": {
                    "rate": f"{limit.requests_per_second}r/s",
                    "key": _KEYS[limit.key],
                    "zoneSize": "10M",
                    "burst": limit.burst,
                    "noDelay": True,
                    "rejectCode": 429,
                    "scale": limit.key is RateLimitKey.HOST or None,
                }
            }
        }
    )


def _allowed_ranges(ranges: tuple[str, ...]) -> Fields:
    return Fields(policies={"allowed-ranges": {"accessControl": {"allow": list(ranges)}}})


def _session_cookie(cookie: SessionCookie) -> Fields:
    if not _COOKIE.fullmatch(cookie.name):
        raise ConfigurationError(
            "SessionCookie.name", cookie.name, "VirtualServer wants letters, digits and '_'"
        )
    return Fields(
        upstream={
            "sessionCookie": {
                "enable": True,
                "name": cookie.name,
                "path": "/",
                "expires": f"{cookie.expires_seconds}s",
                "httpOnly": True,
                "secure": True,
            }
        }
    )


def _load_balancing(way: LoadBalancing) -> Fields:
    return Fields(upstream={"lb-method": METHODS[way]})


def _body_limit(size: str) -> Fields:
    return Fields(upstream={"client-max-body-size": nginx_size(size)})


def _response_header_limit(size: str) -> Fields:
    written = nginx_size(size)
    return Fields(
        upstream={"buffer-size": written, "buffers": {"number": BUFFERS, "size": written}}
    )


def _response_headers(headers: Mapping[str, str]) -> Fields:
    added = [
        {"name": name, "value": value.replace('"', '\\"'), "always": True}
        for name, value in headers.items()
    ]
    # In place of what the application says, as other controllers do.
    return Fields(proxy={"responseHeaders": {"add": added, "hide": list(headers)}})


def _circuit_breaker(breaker: CircuitBreaker) -> Fields:
    return Fields(
        upstream={"max-fails": breaker.failures, "fail-timeout": f"{breaker.window_seconds}s"}
    )


def _keep_alive_connections(connections: int) -> Fields:
    return Fields(upstream={"keepalive": connections})


def _error_page(page: ErrorPage | ErrorRedirect) -> Fields:
    answer: Mapping[str, Any]
    match page:
        case ErrorPage():
            answer = {
                "return": {
                    "code": page.status,
                    "type": page.content_type,
                    "body": page.body.replace("\\", "\\\\").replace('"', '\\"'),
                }
            }
        case ErrorRedirect():
            answer = {"redirect": {"code": 302, "url": page.url}}
    return Fields(route={"errorPages": [{"codes": list(page.codes), **answer}]})


def _cache(cache: ResponseCache) -> Fields:
    return Fields(
        policies={
            "cache": {
                "cache": {
                    "cacheZoneName": "responses",
                    "cacheZoneSize": "10m",
                    "maxSize": nginx_size(cache.size),
                    "allowedMethods": ["GET", "HEAD"],
                    "allowedCodes": [200, 301],
                    "time": f"{cache.seconds}s",
                    "cacheBackgroundUpdate": True,
                    "cacheRevalidate": True,
                    "cacheUseStale": ["error", "timeout", "updating", "http_502", "http_503"],
                    "lock": {"enable": True},
                }
            }
        }
    )


WRITERS: Mapping[str, Callable[[Any], Fields]] = {
    "timeouts": _timeouts,
    "retry": _retry,
    "rate_limit": _rate_limit,
    "allowed_ranges": _allowed_ranges,
    "session_cookie": _session_cookie,
    "load_balancing": _load_balancing,
    "body_limit": _body_limit,
    "response_header_limit": _response_header_limit,
    "response_headers": _response_headers,
    "circuit_breaker": _circuit_breaker,
    "keep_alive_connections": _keep_alive_connections,
    "error_page": _error_page,
    "cache": _cache,
}


# Pages of its own say why a call of gRPC failed, and nothing of it is cached.
# https://github.com/nginx/kubernetes-ingress/blob/v5.5.4/internal/configs/version2/nginx.virtualserver.tmpl
_LOST_ON_GRPC = frozenset({"cache", "error_page"})


def expressed_for(spoken: Spoken) -> Collection[str]:
    """Return the parts that are supported, by what pods speak."""
    return WRITERS.keys() - (_LOST_ON_GRPC if spoken.is_grpc else ())


def match_condition(match: Match) -> dict[str, str]:
    """Return the condition of a match, in the names that the controller accepts."""
    match match:
        case HeaderMatch(name=name, value=value):
            key, allowed, letters = "header", _HEADER, "letters, digits and '-'"
        case CookieMatch(name=name, value=value):
            key, allowed, letters = "cookie", _COOKIE, "letters, digits and '_'"
    if not allowed.fullmatch(name):
        raise ConfigurationError(
            f"{type(match).__name__}.name", name, f"VirtualServer wants {letters}"
        )
    return {key: name, "value": value}
