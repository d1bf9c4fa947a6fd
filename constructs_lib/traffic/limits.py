"""Limits of the requests of a route: how many, from where."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.rules import (
    check_cidr,
    check_distinct,
    check_range,
)
from constructs_lib.values import Value

# A body of any size.
UNLIMITED = "unlimited"


class RateLimitKey(StrEnum):
    """Whose requests a rate limit counts together."""

    CLIENT_ADDRESS = "client address"
    HOST = "host"


class RateLimit(Value):
    """A rate limit; excess requests get 429.

    That of a client counts in each replica of the ingress controller, since a client stays
    connected to one. That of a host is for all replicas together, each of which has an equal part.

    Args:
        requests_per_second: on average.
        burst: excess requests that are served without delay. A page load is some dozens of
            requests.
        key: whose requests are counted together: those of a client, by the address that the
            controller sees, or all of the route on its host.

    Raises:
        ConfigurationError: a number out of range.
    """

    requests_per_second: int = 50
    burst: int = 100
    key: RateLimitKey = RateLimitKey.CLIENT_ADDRESS

    def __post_init__(self) -> None:
        check_range("RateLimit.requests_per_second", self.requests_per_second, 1, 100_000)
        check_range("RateLimit.burst", self.burst, 1, 1_000_000)


def check_ranges(field: str, ranges: Sequence[str]) -> None:
    """Refuse no range, one twice, or what is none."""
    if not ranges:
        reject(field, (), "name who may come in")
    for cidr in ranges:
        check_cidr(field, cidr)
    check_distinct(field, ranges)
