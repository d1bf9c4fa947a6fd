"""A traffic policy in the fields of a rule of an HTTPRoute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.traffic.policy import TrafficPolicy


def fields_of(policy: TrafficPolicy) -> dict[str, Any]:
    """Return the fields of a policy."""
    written: dict[str, Any] = {}
    for part, value in policy.parts().items():
        written |= WRITERS[part](value)
    return written


def _request_timeout(seconds: int) -> dict[str, Any]:
    return {"timeouts": {"request": f"{seconds}s"}}


WRITERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "request_timeout_seconds": _request_timeout,
    # With those of the host, as `ServedRoute.response_headers`.
    "response_headers": lambda _headers: {},
}
