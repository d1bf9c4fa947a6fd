"""TLS of a host: its certificate, who issues it, and that browsers insist on it."""

from __future__ import annotations

from constructs_lib.facts.issuers import Issuer
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.rules import check_label_value, check_range, check_subdomain
from constructs_lib.values import Value


class Tls(Value):
    """The certificate of a host; plain HTTP is redirected to it.

    Args:
        secret_name: the Secret with ``tls.crt`` and ``tls.key``, in the namespace of the host.
        issuer: of cert-manager, which is asked for a certificate of all names of the host in that
            Secret; None for a Secret that comes from elsewhere.
        hsts_seconds: the max-age of HSTS, a year by default; 0 withdraws it from browsers that were
            told before, None says nothing.
        client_authority: the name of what has the certificate of who signs those of clients as
            ``ca.crt``, in the namespace of the host: a Secret of the type ``nginx.org/ca`` for
            `NginxIngress` and `VirtualServer`, a ConfigMap for `GatewayApi`, in version 1.5 or
            newer. Clients without a certificate of theirs are refused. None to ask for none.

    Raises:
        ConfigurationError: a name or duration that cannot work.
    """

    secret_name: str
    issuer: Issuer | None = None
    hsts_seconds: int | None = 31_536_000
    client_authority: str | None = None

    def __post_init__(self) -> None:
        if self.client_authority is not None:
            check_subdomain("Tls.client_authority", self.client_authority)
        check_subdomain("Tls.secret_name", self.secret_name)
        check_label_value("Tls.secret_name", self.secret_name)
        _check_hsts("Tls.hsts_seconds", self.hsts_seconds)

    @property
    def secret(self) -> SecretRef:
        """The Secret by reference."""
        return SecretRef(name=self.secret_name, keys=("tls.crt", "tls.key"))


class TlsInFront(Value):
    """TLS that ends before the host: at a load balancer, a CDN, or a Gateway that is there already.

    Who is in front has the certificate, and says by ``X-Forwarded-Proto`` what it was asked by;
    plain HTTP is redirected by that. So nobody else may reach the controller.

    Args:
        hsts_seconds: the max-age of HSTS, a year by default; 0 withdraws it from browsers that were
            told before, None says nothing.

    Raises:
        ConfigurationError: a duration that cannot work.
    """

    hsts_seconds: int | None = 31_536_000

    def __post_init__(self) -> None:
        _check_hsts("TlsInFront.hsts_seconds", self.hsts_seconds)


class PlainHttp(Value):
    """No TLS at all: for a laptop, or names that only a network of trust knows.

    Passwords and cookies can be read on the way, and browsers keep the secure ones back.
    """

    @property
    def hsts_seconds(self) -> None:
        """None: there is nothing to insist on."""
        return None


def _check_hsts(field: str, seconds: int | None) -> None:
    if seconds is not None:
        check_range(field, seconds, 0, 2 * 31_536_000)
