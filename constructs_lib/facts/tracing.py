"""Tracing: the collector that spans are sent to, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from urllib.parse import quote

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, End, Peer
from constructs_lib.facts.readable import Readable, check_ends
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.rules import check_text, check_url_path


class OtlpProtocol(StrEnum):
    """How spans are sent: https://opentelemetry.io/docs/specs/otlp/."""

    HTTP = "http/protobuf"
    GRPC = "grpc"


# https://opentelemetry.io/docs/specs/otlp/ gives each a port of its own.
_OTHERS_PORT = {OtlpProtocol.HTTP: 4317, OtlpProtocol.GRPC: 4318}
_KEYS = frozenset({"ca.crt", "headers", "tls.crt", "tls.key"})


class Tracing(Readable):
    """The traces of a workload, which its process sends to a collector by OpenTelemetry.

    The process has to have an SDK of OpenTelemetry, which reads the variables that this value
    becomes: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.

    Args:
        host: the DNS name of the collector, or of the vendor's endpoint.
        port: that it listens on: 4318 for HTTP, 4317 for gRPC.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.
        protocol: that it is spoken to with.
        path: of its URL before ``/v1/traces``, such as ``/otlp``; none with gRPC.
        tls: whether it is spoken to with TLS.
        secret: the Secret with any of the keys ``headers``, such as
            ``authorization=Bearer%20…``, ``ca.crt``, where an authority of your own signed its
            certificate, and ``tls.crt`` and ``tls.key`` of the client; None for none of them.
        sampled_percent: of the traces that begin here. A request that comes with a decision in its
            header ``traceparent`` keeps it.
        attributes: further resource attributes, such as
            ``{"deployment.environment.name": "production"}``.
        variables: in which the application reads the collector; see `read_as`. ``{url}``,
            ``{scheme}`` and ``{protocol}`` are there too.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    host: str
    port: int = 4318
    target: End
    target_port: str
    protocol: OtlpProtocol = OtlpProtocol.HTTP
    path: str = ""
    tls: bool = False
    secret: SecretRef | None = None
    sampled_percent: float = 10
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_ends("Tracing", self)
        if self.port == _OTHERS_PORT[self.protocol]:
            other = next(each for each in OtlpProtocol if each is not self.protocol)
            reject("Tracing.port", self.port, f"say protocol=OtlpProtocol.{other.name} too")
        if self.path:
            check_url_path("Tracing.path", self.path)
            if self.protocol is OtlpProtocol.GRPC:
                reject("Tracing.path", self.path, "leave it out: gRPC has its own")
        if not 0 <= self.sampled_percent <= 100:
            reject("Tracing.sampled_percent", self.sampled_percent, "use a number from 0 to 100")
        for name, text in self.attributes.items():
            check_text(f"Tracing.attributes[{name!r}]", text)
            if quote(name, safe="") != name:
                reject("Tracing.attributes", name, "use letters, digits, '.', '-' and '_'")
        if self.secret is not None:
            self._check_keys(self.secret)

    def _check_keys(self, secret: SecretRef) -> None:
        keys = frozenset(secret.keys)
        if not keys or keys - _KEYS:
            reject("Tracing.secret", secret.keys, f"name some of {', '.join(sorted(_KEYS))}")
        if len(keys & {"tls.crt", "tls.key"}) == 1:
            reject("Tracing.secret", secret.keys, "name both 'tls.crt' and 'tls.key', or neither")
        if keys - {"headers"} and not self.tls:
            reject("Tracing.tls", self.tls, "say tls=True, or leave the certificates out")

    @property
    def url(self) -> str:
        """The URL of the collector, which SDKs add the path of each signal to."""
        return f"{self.scheme}://{self.host}:{self.port}{self.path.rstrip('/')}"

    @property
    def scheme(self) -> str:
        """The scheme of that URL."""
        return "https" if self.tls else "http"

    def called_by(self, source: Peer) -> Call:
        """Return the call that a process makes when it sends its spans."""
        return Call(source=source, target=self.target, port=self.target_port)
