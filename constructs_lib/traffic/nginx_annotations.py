"""A traffic policy in the annotations of the F5 NGINX Ingress Controller.

https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.quantities import parse_bytes
from constructs_lib.traffic.limits import UNLIMITED, RateLimit, RateLimitKey
from constructs_lib.traffic.merged import merged
from constructs_lib.traffic.policy import (
    LoadBalancing,
    Retry,
    SessionCookie,
    Timeouts,
    TrafficPolicy,
)
from constructs_lib.traffic.resilience import CircuitBreaker
from constructs_lib.traffic.spoken import Spoken

# As many as nginx has by default.
BUFFERS = 8
METHODS = {
    LoadBalancing.ROUND_ROBIN: "round_robin",
    LoadBalancing.LEAST_CONNECTIONS: "least_conn",
    LoadBalancing.TWO_RANDOM_CHOICES: "random two least_conn",
    LoadBalancing.CLIENT_ADDRESS: "hash ${binary_remote_addr} consistent",
}


KEYS = {
    RateLimitKey.CLIENT_ADDRESS: "${binary_remote_addr}",
    RateLimitKey.HOST: "${server_name}",
}


def annotations_of(policy: TrafficPolicy, service: str) -> dict[str, str]:
    """Return the annotations of a policy, for the Service behind it."""
    untold = {} if policy.retry else {"proxy-next-upstream": "off"}
    written = (WRITERS[part](value, service) for part, value in policy.parts().items())
    return {
        f"nginx.org/{name}": value if isinstance(value, str) else ",".join(value)
        for name, value in merged((untold, *written)).items()
    }


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
        "limit-req-key": KEYS[limit.key],
        "limit-req-zone-size": "10M",
        "limit-req-burst": str(limit.burst),
        "limit-req-no-delay": "true",
        "limit-req-reject-code": "429",
        **({"limit-req-scale": "true"} if limit.key is RateLimitKey.HOST else {}),
    }


def _allowed_ranges(ranges: tuple[str, ...], service: str) -> dict[str, str]:
    # In a Policy beside the Ingress.
    return {}


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


def _response_header_limit(size: str, service: str) -> dict[str, str]:
    written = nginx_size(size)
    return {"proxy-buffer-size": written, "proxy-buffers": f"{BUFFERS} {written}"}


def _response_headers(headers: Mapping[str, str], service: str) -> dict[str, str | list[str]]:
    for name, value in headers.items():
        if set(value) & set(',:"'):
            raise ConfigurationError(
                f"TrafficPolicy.response_headers[{name!r}]",
                value,
                "leave out ',', ':' and '\"', which the annotation of NginxIngress cannot have, or "
                "use VirtualServer or GatewayApi",
            )
    return {
        "add-header": [f"{name}:{value}:always" for name, value in headers.items()],
        # With those of the host, which a location with headers of its own would lose.
        "add-header-inherit": "merge",
    }


def _circuit_breaker(breaker: CircuitBreaker, service: str) -> dict[str, str]:
    return {
        "max-fails": str(breaker.failures),
        "fail-timeout": f"{breaker.window_seconds}s",
    }


def _keep_alive_connections(connections: int, service: str) -> dict[str, str]:
    return {"keepalive": str(connections)}


# What is a list is joined, with what other parts write there.
WRITERS: Mapping[str, Callable[[Any, str], Mapping[str, str | list[str]]]] = {
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
}


# Its locations of gRPC say neither: streams have the 1 MiB of nginx then, and its retries.
# https://github.com/nginx/kubernetes-ingress/blob/v5.5.4/internal/configs/version1/nginx.ingress.tmpl
_LOST_ON_GRPC = frozenset({"body_limit", "retry"})


def expressed_for(spoken: Spoken) -> Collection[str]:
    """Return the parts that are supported, by what pods speak."""
    return WRITERS.keys() - (_LOST_ON_GRPC if spoken.is_grpc else ())


def nginx_size(quantity: str) -> str:
    """Format bytes for nginx, whose k and m are powers of 1024, and 0 is any size."""
    if quantity == UNLIMITED:
        return "0"
    size = int(parse_bytes(quantity, "TrafficPolicy.body_limit"))
    for unit, factor in (("m", 2**20), ("k", 2**10)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
