"""Issuers of certificates, by reference."""

from __future__ import annotations

import re

from constructs_lib.errors import reject
from constructs_lib.rules import check_subdomain
from constructs_lib.values import Value

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")


class Issuer(Value):
    """An issuer of cert-manager that is there already.

    Args:
        name: such as ``letsencrypt``.
        kind: ``ClusterIssuer``; ``Issuer`` for one in the namespace of the certificate; that of
            an issuer of others, such as ``AWSPCAClusterIssuer``.
        group: the API group of the kind.

    Raises:
        ConfigurationError: what cannot be the name, kind or group of one.
    """

    name: str
    kind: str = "ClusterIssuer"
    group: str = "cert-manager.io"

    def __post_init__(self) -> None:
        check_subdomain("Issuer.name", self.name)
        check_subdomain("Issuer.group", self.group)
        if not _KIND.fullmatch(self.kind):
            reject("Issuer.kind", self.kind, "write 'ClusterIssuer' or 'Issuer'")
