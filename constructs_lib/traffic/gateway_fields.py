"""A traffic policy in the fields of a rule of an HTTPRoute."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from constructs_lib.traffic.merged import merged
from constructs_lib.traffic.spoken import Spoken


def fields_of(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the parts of a policy, with what is in each filter by its type."""
    return merged(WRITERS[part](value) for part, value in parts.items())


def _request_timeout(seconds: int) -> dict[str, Any]:
    return {"timeouts": {"request": f"{seconds}s"}}


def _response_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    written = [{"name": name, "value": value} for name, value in headers.items()]
    return {"filters": {"ResponseHeaderModifier": {"set": written}}}


WRITERS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "request_timeout_seconds": _request_timeout,
    "response_headers": _response_headers,
}
# A GRPCRoute has no timeouts.
_EXPRESSED_OF_GRPC = frozenset({"response_headers"})


def expressed_for(spoken: Spoken) -> Collection[str]:
    """Return the parts that are supported, by what pods speak."""
    return _EXPRESSED_OF_GRPC if spoken.is_grpc else WRITERS
