"""A proxy before the server of a tier, in the same pod."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.checks import TcpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import SLEEP_PAUSE, Pause
from constructs_lib.pods.probes import Probe
from constructs_lib.traffic.spoken import HTTP
from constructs_lib.values import Value


class FrontProxy(Value):
    """A container that takes the requests of a tier and hands them to its server.

    Such as oauth2-proxy, nginx before gunicorn, or one that ends TLS. Services, hosts and load
    balancers lead to its port ``http``. The server has the port ``server`` then, which no policy
    opens: the proxy asks it at ``localhost``. After SIGTERM it must serve for as long as the server
    does, and it must keep connections for longer than who is in front of both.

    Args:
        container: the proxy, with a port named ``http``. Liveness and readiness that it does not
            say ask whether that port accepts connections.
        pause: how it waits before SIGTERM, for as long as the server does: ``sleep`` by default.
            Images without it take `NativePause`.

    Raises:
        ConfigurationError: no such port, or a hook of its own.
    """

    container: Container
    pause: Pause = SLEEP_PAUSE

    def __post_init__(self) -> None:
        ports = [port.name for port in self.container.ports]
        if HTTP not in ports:
            reject("FrontProxy.container", ports, f"name a port {HTTP!r}, where requests come in")
        if self.container.pre_stop:
            raise ConfigurationError(
                "FrontProxy.container", self.container.pre_stop, "leave it out: FrontProxy.pause"
            )

    def configured(self, pause_seconds: int) -> Container:
        """Return the container with its probes, which waits for so long before SIGTERM."""
        given = self.container
        port = next(port.number for port in given.ports if port.name == HTTP)
        accepts = Probe(check=TcpCheck(), port=port)
        return replace(
            given,
            liveness=given.liveness or accepts,
            readiness=given.readiness or accepts,
            pre_stop=self.pause.hook(pause_seconds),
        )
