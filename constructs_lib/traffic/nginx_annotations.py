"""A traffic policy in the annotations of the F5 NGINX Ingress Controller.

https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.quantities import parse_bytes
from constructs_lib.traffic.policy import (
    LoadBalancing,
    RateLimit,
    Retry,
    SessionCookie,
    Timeouts,
    TrafficPolicy,
)
from constructs_lib.traffic.resilience import CircuitBreaker

METHODS = {
    LoadBalancing.ROUND_ROBIN: "round_robin",
    LoadBalancing.LEAST_CONNECTIONS: "least_conn",
    LoadBalancing.TWO_RANDOM_CHOICES: "random two least_conn",
    LoadBalancing.CLIENT_ADDRESS: "hash ${binary_remote_addr} consistent",
}


def annotations_of(policy: TrafficPolicy, service: str) -> dict[str, str]:
    """Return the annotations of a policy, for the Service behind it."""
    written = {} if policy.retry else {"proxy-next-upstream": "off"}
    for part, value in policy.parts().items():
        written |= WRITERS[part](value, service)
    return {f"nginx.org/{name}": value for name, value in written.items()}


def _timeouts(timeouts: Timeouts, service: str) -> dict[str, str]:
    return {
        "proxy-connect-timeout": f"{timeouts.connect_seconds}s",
        "proxy-read-timeout": f"{timeouts.read_seconds}s",
        "proxy-send-timeout": f"{timeouts.send_seconds}s",
    }


def _retry(retry: Retry, service: str) -> dict[str, str]:
    return {
        "proxy-next-upstream": " ".join(reason.value for reason in retry.on),
        "proxy-next-upstream-tries": str(retry.attempts),
        "proxy-next-upstream-timeout": f"{retry.timeout_seconds}s",
    }


def _rate_limit(limit: RateLimit, service: str) -> dict[str, str]:
    return {
        "limit-req-rate": f"{limit.requests_per_second}r/s",
        "limit-req-key": "${binary_remote_addr}",
        "limit-req-zone-size": "10M",
        "limit-req-burst": str(limit.burst),
        "limit-req-no-delay": "true",
        "limit-req-reject-code": "429",
    }


def _session_cookie(cookie: SessionCookie, service: str) -> dict[str, str]:
    return {
        "sticky-cookie-services": (
            f"serviceName={service} {cookie.name} expires={cookie.expires_seconds}s "
            "path=/ httponly secure"
        )
    }


def _load_balancing(way: LoadBalancing, service: str) -> dict[str, str]:
    return {"lb-method": METHODS[way]}


def _body_limit(size: str, service: str) -> dict[str, str]:
    return {"client-max-body-size": nginx_size(size)}


def _circuit_breaker(breaker: CircuitBreaker, service: str) -> dict[str, str]:
    return {
        "max-fails": str(breaker.failures),
        "fail-timeout": f"{breaker.window_seconds}s",
    }


def _keep_alive_connections(connections: int, service: str) -> dict[str, str]:
    return {"keepalive": str(connections)}


WRITERS: Mapping[str, Callable[[Any, str], dict[str, str]]] = {
    "timeouts": _timeouts,
    "retry": _retry,
    "rate_limit": _rate_limit,
    "session_cookie": _session_cookie,
    "load_balancing": _load_balancing,
    "body_limit": _body_limit,
    "circuit_breaker": _circuit_breaker,
    "keep_alive_connections": _keep_alive_connections,
}


def nginx_size(quantity: str) -> str:
    """Format bytes for nginx, whose k and m are powers of 1024."""
    size = int(parse_bytes(quantity, "TrafficPolicy.body_limit"))
    for unit, factor in (("m", 2**20), ("k", 2**10)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
