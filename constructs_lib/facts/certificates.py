"""Certificates of the parties of a platform, which are created outside."""

from __future__ import annotations

from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.rules import check_distinct, check_name, check_namespace
from constructs_lib.values import Value

TLS_KEYS = ("tls.crt", "tls.key", "ca.crt")


class PartyCertificate(Value):
    """The certificate of one party, and who must sign it.

    Args:
        namespace: of its Secret.
        secret: that gets ``tls.crt``, ``tls.key`` and ``ca.crt``.
        common_name: of its subject.
        dns_names: that it is shown for as a server; a client alone has none.
        is_client: whether it is shown as a client too.
        authority: that signs certificates of this name and no others, so that holding one is a
            right; None for the authority of the platform.

    Raises:
        ConfigurationError: a name that cannot be, or neither server nor client.
    """

    namespace: str
    secret: SecretRef
    common_name: str
    dns_names: tuple[str, ...] = ()
    is_client: bool = False
    authority: str | None = None

    def __post_init__(self) -> None:
        check_namespace("PartyCertificate.namespace", self.namespace)
        check_name("PartyCertificate.common_name", self.common_name)
        check_distinct("PartyCertificate.dns_names", self.dns_names)
        if self.authority is not None:
            check_name("PartyCertificate.authority", self.authority)
        if not self.usages:
            reject("PartyCertificate.dns_names", (), "name the server, or say that it is a client")

    @property
    def usages(self) -> tuple[str, ...]:
        """The extended key usages, as cert-manager calls them."""
        server = ("server auth",) if self.dns_names else ()
        return (*server, "client auth") if self.is_client else server
