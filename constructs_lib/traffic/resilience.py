"""Resilience of routes: circuit breaker, error pages, cached responses."""

from __future__ import annotations

import re

from constructs_lib.errors import reject
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_distinct, check_range, check_seconds, check_text
from constructs_lib.values import Value

# The F5 controller refuses a host whose page has parameters, as in 'text/html; charset=utf-8'.
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")

_URL = re.compile(r"https://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?", re.ASCII)


class CircuitBreaker(Value):
    """Passive health checks: a pod that fails too often is removed from load balancing.

    It is passive: it counts real requests, and each replica of the ingress
    controller counts for itself.

    Args:
        failures: in the window that open the circuit.
        window_seconds: in which failures are counted, and for which the pod is then removed.

    Raises:
        ConfigurationError: a number out of range.
    """

    failures: int = 3
    window_seconds: int = 10

    def __post_init__(self) -> None:
        check_range("CircuitBreaker.failures", self.failures, 1, 1000)
        check_seconds("CircuitBreaker.window_seconds", self.window_seconds)


class ErrorPage(Value):
    """A response of the ingress controller instead of an error of the tier.

    Args:
        body: of the response.
        codes: the statuses that it replaces; by default those of an unavailable tier.
        status: of the response; 503 asks clients and caches to retry later.
        content_type: of the body, without parameters; HTML names its charset in a ``<meta>``.

    Raises:
        ConfigurationError: a status that is no error, no body, or one with ``$``,
            which the controller would read as a variable.
    """

    body: str
    codes: tuple[int, ...] = (502, 503, 504)
    status: int = 503
    content_type: str = "text/html"

    def __post_init__(self) -> None:
        check_text("ErrorPage.body", self.body)
        if not self.body:
            reject("ErrorPage.body", self.body, "write what clients read")
        if "$" in self.body:
            reject("ErrorPage.body", self.body, "leave out '$'")
        _check_codes("ErrorPage.codes", self.codes)
        check_range("ErrorPage.status", self.status, 400, 599)
        if not _CONTENT_TYPE.fullmatch(self.content_type):
            reject(
                "ErrorPage.content_type",
                self.content_type,
                "use a type such as 'text/html', without a charset: "
                "the page itself names that, '<meta charset=\"utf-8\">'",
            )


class ErrorRedirect(Value):
    """A redirect instead of an error of the tier, such as to a `FallbackPage`.

    For pages in browsers; for an API, use an `ErrorPage`.

    Args:
        url: of the page, with ``https``.
        codes: the statuses that it replaces; by default those of an unavailable tier.

    Raises:
        ConfigurationError: no such URL, or a status that is no error.
    """

    url: str
    codes: tuple[int, ...] = (502, 503, 504)

    def __post_init__(self) -> None:
        if not _URL.fullmatch(self.url):
            reject("ErrorRedirect.url", self.url, "write 'https://shop.example.com/unavailable'")
        _check_codes("ErrorRedirect.codes", self.codes)


def _check_codes(field: str, codes: tuple[int, ...]) -> None:
    if not codes:
        reject(field, (), "name at least one status")
    for code in codes:
        check_range(field, code, 400, 599)
    check_distinct(field, codes)


class ResponseCache(Value):
    """Caching of responses to GET and HEAD in the ingress controller, stale ones while pods fail.

    Responses with ``Set-Cookie``, or with ``Cache-Control: private`` or ``no-store``, are
    not cached.

    Args:
        seconds: of responses without a lifetime of their own.
        size: of the cache on the disk of each replica of the controller.

    Raises:
        ConfigurationError: a duration or size that cannot work.
    """

    seconds: int = 60
    size: str = "256Mi"

    def __post_init__(self) -> None:
        check_seconds("ResponseCache.seconds", self.seconds)
        if parse_bytes(self.size, "ResponseCache.size") % 2**20:
            reject("ResponseCache.size", self.size, "use whole Mi, as in '256Mi'")
