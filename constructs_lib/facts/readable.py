"""What endpoints have in common: their ends, and the variables in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, Self

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_offered
from constructs_lib.rules import check_range, check_subdomain
from constructs_lib.values import Value


class OurVariables(Value):
    """The names of the library, which docs/how-to/write-an-image.md lists."""


class Readable(Value):
    """An endpoint that an application reads under names of its own, or those of ours.

    Args:
        variables: all that are told of it; see `read_as`.
    """

    variables: Mapping[str, str] | OurVariables = OurVariables()

    def read_as(self, variables: Mapping[str, str]) -> Self:
        """Return the endpoint for an application that reads other variables.

        Each is a text with placeholders, such as
        ``{"DB_HOST": "{host}", "DB_PASS": "{password}"}`` or
        ``{"DATABASE_URL": "postgres://{username}:{password}@{host}:{port}/{database}"}``.
        Each key of the Secret is one, such as ``{sentinel_password}`` for ``sentinel-password``,
        and its file another: ``{password_file}``, ``{tls_key_file}``, and ``{ca_file}`` for
        ``ca.crt``.

        In a URL a password must be of letters, digits, ``-``, ``.``, ``_`` and ``~``: Kubernetes
        puts it there as it is. One with others, such as ``@`` or ``/``, needs the whole URL in a
        key of the Secret, where whoever makes it escapes the password:
        ``{"DATABASE_URL": "{url}"}``.

        Args:
            variables: all that are told of it, by their names.
        """
        return replace(self, variables=variables)


class _Ends(Protocol):
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def target(self) -> End: ...
    @property
    def target_port(self) -> str: ...


def check_ends(kind: str, endpoint: _Ends) -> None:
    """Refuse an endpoint whose host is no name, or whose target has no such port."""
    if ":" in endpoint.host:
        # In a URL it stands in brackets, in a variable it does not.
        reject(
            f"{kind}.host",
            endpoint.host,
            "use a name: Workload(host_aliases={'2001:db8::1': ('db.example.com',)}) gives one to "
            "an address of IPv6",
        )
    check_subdomain(f"{kind}.host", endpoint.host)
    check_range(f"{kind}.port", endpoint.port, 1, 65_535)
    check_offered(f"{kind}.target_port", endpoint.target_port, endpoint.target)
