"""Routes on public hosts, with a construct as the backend."""

from __future__ import annotations

from typing import Protocol


class PublicRoute(Protocol):
    """A route on a public host; `ServedRoute` is the value behind it."""

    @property
    def name(self) -> str:
        """The name of the object that holds the route."""
        ...

    @property
    def host_name(self) -> str:
        """The host, such as ``shop.example.com``."""
        ...

    @property
    def scheme(self) -> str:
        """``https``, or ``http`` where the host has no TLS at all."""
        ...

    @property
    def is_site(self) -> bool:
        """Whether a visitor from anywhere, without a certificate, gets the front page by it."""
        ...

    @property
    def host_names(self) -> tuple[str, ...]:
        """All hosts on which requests come to it: this one, and those of tracks of their own."""
        ...
