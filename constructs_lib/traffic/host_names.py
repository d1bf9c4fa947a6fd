"""Names of hosts: what DNS takes, and how objects are called after them."""

from __future__ import annotations

from constructs_lib.errors import reject
from constructs_lib.names import LONGEST, short_name
from constructs_lib.rules import check_subdomain

# All names with one more part in front.
ANY = "*."


def object_name(host: str) -> str:
    """Return the name of an object of a host name: a DNS label that starts with a letter.

    Objects may have other names, but of a Gateway some controllers make a Service.
    """
    name = host.replace("*", "any").replace(".", "-")
    return short_name(*(() if name[0].isalpha() else ("host",)), name, longest=LONGEST)


def check_host_name(field: str, name: str) -> None:
    """Refuse what is no name of DNS with a dot in it, with or without ``*.`` in front."""
    whole = name.removeprefix(ANY)
    check_subdomain(field, whole)
    if "." not in whole or whole.rpartition(".")[2].isdecimal():
        reject(field, name, "use a name such as shop.example.com")
    for label in whole.split("."):
        if len(label) > LONGEST:
            reject(field, name, f"use at most {LONGEST} characters between two dots")
