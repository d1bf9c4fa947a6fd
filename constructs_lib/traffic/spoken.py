"""What pods speak to who is in front of them."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.rules import check_subdomain
from constructs_lib.values import Value

# Names of the ports of pods: that for requests; the same of a server behind a proxy in its pod,
# which alone asks it; and that for metrics.
HTTP = "http"
SERVER = "server"
METRICS = "metrics"
HTTP_PORT = 80


class AppProtocol(StrEnum):
    """The appProtocol of a Service, for gateways and meshes.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
    """

    HTTP = "http"
    HTTPS = "https"
    H2C = "kubernetes.io/h2c"
    WEBSOCKET = "kubernetes.io/ws"
    WEBSOCKET_TLS = "kubernetes.io/wss"


class HttpProtocol(StrEnum):
    """What is spoken on the port for requests."""

    HTTP = "HTTP/1.1"
    GRPC = "gRPC"


class PodTls(Value):
    """TLS that pods speak, with a certificate of their own.

    Args:
        host_name: that the certificate is for, which who is in front asks for.
        authority: the name of what has the certificate of who signed it as ``ca.crt``, in the
            namespace of the pods: a Secret of the type ``nginx.org/ca`` for `NginxIngress` and
            `VirtualServer`, a ConfigMap for `GatewayApi`. None for TLS with whoever answers, which
            hides what is said from those who only listen; `GatewayApi` refuses it.

    Raises:
        ConfigurationError: what cannot be one of these names.
    """

    host_name: str
    authority: str | None

    def __post_init__(self) -> None:
        check_subdomain("PodTls.host_name", self.host_name)
        if self.authority is not None:
            check_subdomain("PodTls.authority", self.authority)


class Spoken(Value):
    """What pods speak to who is in front of them.

    Args:
        protocol: HTTP/1.1, or gRPC.
        tls: with which; None for none.
    """

    protocol: HttpProtocol = HttpProtocol.HTTP
    tls: PodTls | None = None

    @property
    def is_grpc(self) -> bool:
        """Whether it is gRPC."""
        return self.protocol is HttpProtocol.GRPC

    @property
    def service_port(self) -> int:
        """The usual port of a Service that leads there."""
        return HTTP_PORT if self.tls is None else 443

    def app_protocol(self, plain: AppProtocol) -> AppProtocol:
        """Return what a Service says of it.

        Args:
            plain: what it says where this is HTTP without TLS.
        """
        if self.is_grpc:
            if plain is not AppProtocol.HTTP:
                reject("Http.protocol", self.protocol, "leave it out: websockets are HTTP/1.1")
            return AppProtocol.H2C if self.tls is None else AppProtocol.HTTPS
        if self.tls is None:
            return plain
        return AppProtocol.HTTPS if plain is AppProtocol.HTTP else AppProtocol.WEBSOCKET_TLS
