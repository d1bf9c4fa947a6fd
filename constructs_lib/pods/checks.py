"""Check mechanisms of probes: HTTP, TCP, exec and gRPC."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.quantities import int_or_string
from constructs_lib.rules import check_text, is_plain
from constructs_lib.secret_detection import check_no_secret, check_no_secret_in_words
from constructs_lib.values import Value

# Only the kubelet asks for it, so that it may have what no route may.
_PATH = re.compile(r"(/[A-Za-z0-9._~@:+-]+)*/?(\?[A-Za-z0-9._~@:+=&%/-]*)?", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)


class Check(Protocol):
    """The check mechanism of a probe."""

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe, by the name of its field, such as ``http_get``.

        Args:
            port: that of the probe.
        """
        ...


class HttpCheck(Value):
    """A GET that must be answered with 200 to 399.

    Args:
        path: of the request, with a query or without.
        headers: of the request, such as ``{"Host": "shop.example.com"}`` for a server that answers
            to its names only.

    Raises:
        ConfigurationError: a path or header that cannot be, or a header with a secret.
    """

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    _scheme: ClassVar[str | None] = None

    def __post_init__(self) -> None:
        kind = type(self).__name__
        path, _, query = self.path.partition("?")
        for name, value in parse_qsl(query):
            check_no_secret(f"{kind}.path", value, name=name)
        if not _PATH.fullmatch(self.path) or {".", ".."} & set(path.split("/")):
            reject(f"{kind}.path", self.path, "use a path such as '/healthz' or '/health?full=1'")
        for name, text in self.headers.items():
            if not _HEADER.fullmatch(name):
                reject(f"{kind}.headers", name, "use a header such as 'Host'")
            if not is_plain(text) or "\n" in text:
                reject(f"{kind}.headers[{name!r}]", text, "use a line without control characters")
            variable = name.replace("-", "_")
            check_no_secret(f"{kind}.headers[{name!r}]", text, name=variable)

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {
            "http_get": k8s.HttpGetAction(
                path=self.path,
                port=int_or_string(port),
                scheme=self._scheme,
                http_headers=[
                    k8s.HttpHeader(name=name, value=str(text))
                    for name, text in self.headers.items()
                ]
                or None,
            )
        }


class HttpsCheck(HttpCheck):
    """The same over TLS; the certificate is not verified.

    Args:
        path: of the request, with a query or without.
        headers: of the request.

    Raises:
        ConfigurationError: see `HttpCheck`.
    """

    _scheme: ClassVar[str | None] = "HTTPS"


class TcpCheck(Value):
    """A connection that must be accepted."""

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {"tcp_socket": k8s.TcpSocketAction(port=int_or_string(port))}


class ExecCheck(Value):
    """A command in the container that must exit with 0.

    Args:
        command: the program and its arguments; no shell is involved.

    Raises:
        ConfigurationError: no program, a control character, or a
            secret among the arguments.
    """

    command: Sequence[str]

    def __post_init__(self) -> None:
        if not self.command or not self.command[0]:
            reject("ExecCheck.command", self.command, "name a program")
        for word in self.command:
            check_text("ExecCheck.command", word)
        check_no_secret_in_words("ExecCheck.command", self.command)

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {"exec": k8s.ExecAction(command=list(self.command))}


class GrpcCheck(Value):
    """A call of the standard gRPC health service that must answer SERVING.

    Args:
        service: whose health is checked; None for the server as a whole.

    Raises:
        ConfigurationError: a name with control characters.
    """

    service: str | None = None

    def __post_init__(self) -> None:
        if self.service is not None:
            check_text("GrpcCheck.service", self.service)

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {"grpc": k8s.GrpcAction(port=port, service=self.service)}
