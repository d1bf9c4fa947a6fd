"""A traffic policy in the fields of a VirtualServer and its Policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.rollouts.match import CookieMatch, HeaderMatch, Match
from constructs_lib.traffic.capabilities import refusal, renders
from constructs_lib.traffic.nginx_annotations import METHODS, nginx_size
from constructs_lib.traffic.policy import (
    BodyLimit,
    LoadBalancing,
    NoRetry,
    RateLimit,
    Retry,
    SessionCookie,
    Timeouts,
)
from constructs_lib.traffic.resilience import (
    CircuitBreaker,
    ErrorPage,
    ErrorRedirect,
    KeepAlive,
    ResponseCache,
)

_HEADER = re.compile(r"[-A-Za-z0-9]+")
_COOKIE = re.compile(r"[_A-Za-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """What a part of a policy says, and where."""

    upstream: Mapping[str, Any] = field(default_factory=dict)
    route: Mapping[str, Any] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __or__(self, other: Fields) -> Fields:
        return Fields(
            upstream={**self.upstream, **other.upstream},
            route={**self.route, **other.route},
            policies={**self.policies, **other.policies},
        )


@singledispatch
def express(part: object) -> Fields:
    """Return the fields of one part of a policy."""
    raise refusal("VirtualServer", part)


renders("VirtualServer", express)


@express.register
def _(part: Timeouts) -> Fields:
    return Fields(
        upstream={
            "connect-timeout": f"{part.connect_seconds}s",
            "read-timeout": f"{part.read_seconds}s",
            "send-timeout": f"{part.send_seconds}s",
        }
    )


@express.register
def _(part: Retry) -> Fields:
    return Fields(
        upstream={
            "next-upstream": " ".join(reason.value for reason in part.on),
            "next-upstream-tries": part.attempts,
            "next-upstream-timeout": f"{part.timeout_seconds}s",
        }
    )


@express.register
def _(part: NoRetry) -> Fields:
    return Fields(upstream={"next-upstream": "off"})


@express.register
def _(part: RateLimit) -> Fields:
    return Fields(
        policies={
            "rate-limit": {
                "rateLimit": {
                    "rate": f"{part.requests_per_second}r/s",
                    "key": "${binary_remote_addr}",
                    "zoneSize": "10M",
                    "burst": part.burst,
                    "noDelay": True,
                    "rejectCode": 429,
                }
            }
        }
    )


@express.register
def _(part: SessionCookie) -> Fields:
    if not _COOKIE.fullmatch(part.name):
        raise ConfigurationError(
            "SessionCookie.name", part.name, "VirtualServer wants letters, digits and '_'"
        )
    return Fields(
        upstream={
            "sessionCookie": {
                "enable": True,
                "name": part.name,
                "path": "/",
                "expires": f"{part.expires_seconds}s",
                "httpOnly": True,
                "secure": True,
            }
        }
    )


@express.register
def _(part: LoadBalancing) -> Fields:
    return Fields(upstream={"lb-method": METHODS[part]})


@express.register
def _(part: BodyLimit) -> Fields:
    return Fields(upstream={"client-max-body-size": nginx_size(part.size)})


@express.register
def _(part: CircuitBreaker) -> Fields:
    return Fields(upstream={"max-fails": part.failures, "fail-timeout": f"{part.window_seconds}s"})


@express.register
def _(part: KeepAlive) -> Fields:
    return Fields(upstream={"keepalive": part.connections})


@express.register
def _(part: ErrorPage) -> Fields:
    return Fields(
        route={
            "errorPages": [
                {
                    "codes": list(part.codes),
                    "return": {
                        "code": part.status,
                        "type": part.content_type,
                        "body": part.body.replace("\\", "\\\\").replace('"', '\\"'),
                    },
                }
            ]
        }
    )


@express.register
def _(part: ErrorRedirect) -> Fields:
    redirect = {"code": 302, "url": part.url}
    return Fields(route={"errorPages": [{"codes": list(part.codes), "redirect": redirect}]})


@express.register
def _(part: ResponseCache) -> Fields:
    return Fields(
        policies={
            "cache": {
                "cache": {
                    "cacheZoneName": "responses",
                    "cacheZoneSize": "10m",
                    "maxSize": nginx_size(part.size),
                    "allowedMethods": ["GET", "HEAD"],
                    "allowedCodes": [200, 301],
                    "time": f"{part.seconds}s",
                    "cacheBackgroundUpdate": True,
                    "cacheRevalidate": True,
                    "cacheUseStale": ["error", "timeout", "updating", "http_502", "http_503"],
                    "lock": {"enable": True},
                }
            }
        }
    )


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
