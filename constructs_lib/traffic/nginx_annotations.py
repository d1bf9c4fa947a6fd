"""A traffic policy in the annotations of the F5 NGINX Ingress Controller.

https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
"""

from __future__ import annotations

from functools import singledispatch

from constructs_lib.quantities import parse_bytes
from constructs_lib.traffic.capabilities import refusal, renders
from constructs_lib.traffic.policy import (
    BodyLimit,
    LoadBalancing,
    NoRetry,
    RateLimit,
    Retry,
    SessionCookie,
    Timeouts,
)
from constructs_lib.traffic.resilience import CircuitBreaker, KeepAlive

METHODS = {
    LoadBalancing.ROUND_ROBIN: "round_robin",
    LoadBalancing.LEAST_CONNECTIONS: "least_conn",
    LoadBalancing.TWO_RANDOM_CHOICES: "random two least_conn",
    LoadBalancing.CLIENT_ADDRESS: "hash ${binary_remote_addr} consistent",
}


@singledispatch
def annotate(part: object, service: str) -> dict[str, str]:
    """Return the annotations of one part of a policy, for the Service behind it."""
    raise refusal("NginxIngress", part)


renders("NginxIngress", annotate)


@annotate.register
def _(part: Timeouts, service: str) -> dict[str, str]:
    return {
        "nginx.org/proxy-connect-timeout": f"{part.connect_seconds}s",
        "nginx.org/proxy-read-timeout": f"{part.read_seconds}s",
        "nginx.org/proxy-send-timeout": f"{part.send_seconds}s",
    }


@annotate.register
def _(part: Retry, service: str) -> dict[str, str]:
    return {
        "nginx.org/proxy-next-upstream": " ".join(reason.value for reason in part.on),
        "nginx.org/proxy-next-upstream-tries": str(part.attempts),
        "nginx.org/proxy-next-upstream-timeout": f"{part.timeout_seconds}s",
    }


@annotate.register
def _(part: NoRetry, service: str) -> dict[str, str]:
    return {"nginx.org/proxy-next-upstream": "off"}


@annotate.register
def _(part: RateLimit, service: str) -> dict[str, str]:
    return {
        "nginx.org/limit-req-rate": f"{part.requests_per_second}r/s",
        "nginx.org/limit-req-key": "${binary_remote_addr}",
        "nginx.org/limit-req-zone-size": "10M",
        "nginx.org/limit-req-burst": str(part.burst),
        "nginx.org/limit-req-no-delay": "true",
        "nginx.org/limit-req-reject-code": "429",
    }


@annotate.register
def _(part: SessionCookie, service: str) -> dict[str, str]:
    return {
        "nginx.org/sticky-cookie-services": (
            f"serviceName={service} {part.name} expires={part.expires_seconds}s "
            "path=/ httponly secure"
        )
    }


@annotate.register
def _(part: LoadBalancing, service: str) -> dict[str, str]:
    return {"nginx.org/lb-method": METHODS[part]}


@annotate.register
def _(part: BodyLimit, service: str) -> dict[str, str]:
    return {"nginx.org/client-max-body-size": nginx_size(part.size)}


@annotate.register
def _(part: CircuitBreaker, service: str) -> dict[str, str]:
    return {
        "nginx.org/max-fails": str(part.failures),
        "nginx.org/fail-timeout": f"{part.window_seconds}s",
    }


@annotate.register
def _(part: KeepAlive, service: str) -> dict[str, str]:
    return {"nginx.org/keepalive": str(part.connections)}


def nginx_size(quantity: str) -> str:
    """Write bytes as nginx does, whose k and m are powers of 1024."""
    size = int(parse_bytes(quantity, "BodyLimit.size"))
    for unit, factor in (("m", 2**20), ("k", 2**10)):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)
