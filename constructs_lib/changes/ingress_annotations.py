"""What annotations of an Ingress ask of callers, for the controllers that have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self

from constructs_lib.changes.door import Network
from constructs_lib.manifests.network_policies import network

# By the name after the slash, whatever the controller is called.
_RANGES = ("allow-list", "allowlist-source-range", "inbound-cidrs", "whitelist-source-range")
_GUARDS = {
    "auth-tls-secret": "callers show a certificate",
    "auth-type": "callers give a password",
    "auth-url": "callers are let in by another service",
    "basic-auth-secret": "callers give a password",
    "denylist-source-range": "some addresses are kept out",
    "enable-modsecurity": "a firewall reads requests",
    "enable-owasp-core-rules": "a firewall reads requests by the rules of OWASP",
    "jwt-key": "callers show a token",
    "limit-connections": "the connections of a caller are limited",
    "limit-req-rate": "the requests of a caller are limited",
    "limit-rpm": "the requests of a caller are limited",
    "limit-rps": "the requests of a caller are limited",
    "policies": "its policies hold",
}
_REDIRECTS = ("force-ssl-redirect", "redirect-to-https", "ssl-redirect")
_SCHEME = "scheme"
_VERIFIES = "auth-tls-verify-client"
_NO = (None, "", "false", "off")


class Asked(NamedTuple):
    """What is asked of callers.

    Args:
        sources: the addresses that are let in; empty for all.
        guards: what is asked besides, in words.
        redirects: whether plain requests are led to TLS.
    """

    sources: tuple[Network, ...]
    guards: frozenset[str]
    redirects: bool

    @classmethod
    def by(cls, annotations: Mapping[str, object]) -> Self:
        """Read annotations."""
        said = {key.rpartition("/")[2]: str(value) for key, value in annotations.items()}
        written = ",".join(said.get(name, "") for name in _RANGES).split(",")
        ranges = (network(each.strip()) for each in written if each.strip())
        guards = {words for name, words in _GUARDS.items() if said.get(name) not in _NO}
        if said.get(_VERIFIES, "on") != "on":
            guards.discard(_GUARDS["auth-tls-secret"])
        if said.get(_SCHEME) == "internal":
            guards.add("its address is of the inner network")
        return cls(
            tuple(each for each in ranges if each is not None),
            frozenset(guards),
            all(said.get(name) != "false" for name in _REDIRECTS),
        )


def is_read(annotation: str, before: object, after: object) -> bool:
    """Tell whether it is known here what another value of an annotation asks of callers."""
    name = annotation.rpartition("/")[2]
    if name in _GUARDS:
        return (before in _NO) != (after in _NO)
    return name in {*_RANGES, *_REDIRECTS, _SCHEME, _VERIFIES}
