"""Check mechanisms of probes: HTTP, TCP, exec and gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.quantities import int_or_string
from constructs_lib.rules import check_text, check_url_path
from constructs_lib.secret_detection import check_no_secret
from constructs_lib.values import Value


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
        path: of the request.

    Raises:
        ConfigurationError: no path, or one with more than letters, digits, '.', '_' and '-'.
    """

    path: str

    def __post_init__(self) -> None:
        check_url_path("HttpCheck.path", self.path)

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {"http_get": k8s.HttpGetAction(path=self.path, port=int_or_string(port))}


class HttpsCheck(Value):
    """The same over TLS; the certificate is not verified.

    Args:
        path: of the request.

    Raises:
        ConfigurationError: no path, or one with more than letters, digits, '.', '_' and '-'.
    """

    path: str

    def __post_init__(self) -> None:
        check_url_path("HttpsCheck.path", self.path)

    def action(self, port: int) -> dict[str, Any]:
        """Return the action of the typed probe."""
        return {
            "http_get": k8s.HttpGetAction(path=self.path, port=int_or_string(port), scheme="HTTPS")
        }


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
            check_no_secret("ExecCheck.command", word)

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
