"""HTTP of a tier: port, probes and metrics."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Port
from constructs_lib.pods.container import Container
from constructs_lib.pods.metrics import Metrics
from constructs_lib.pods.probes import Probes, UsualChecks
from constructs_lib.rules import check_port
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.front_proxy import FrontProxy
from constructs_lib.traffic.service import HTTP, METRICS, SERVER
from constructs_lib.values import Value


class Http(Value):
    """Port, probes and metrics of the main container of a tier.

    Args:
        port: that it listens on, in the variable ``PORT``.
        probes: startup, liveness and readiness; None for no probes.
        metrics: the port and path of its metrics, in ``METRICS_PORT``; None for no metrics.
        front: a proxy in the same pod, which takes all requests first; optional.

    Raises:
        ConfigurationError: a port that a container without privileges cannot listen on.
    """

    port: int = 8080
    probes: Probes | None = Probes()
    metrics: Metrics | None = Metrics()
    front: FrontProxy | None = None

    def __post_init__(self) -> None:
        check_port("Http.port", self.port)

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of its ports and paths."""
        told = {"PORT": self.port, "METRICS_PORT": self.metrics and self.metrics.port}
        return {name: str(port) for name, port in told.items() if port}

    def read(self, signals: Signals) -> Signals:
        """Return what can be read of a server: without a port of metrics, its lines."""
        return replace(signals, indicator=None, metrics=()) if self.metrics is None else signals

    def serve(self, container: Container, usual: UsualChecks) -> Container:
        """Return the container with ports and probes.

        Args:
            container: of the tier.
            usual: the checks of its server.
        """
        for probe in ("startup", "liveness", "readiness"):
            if getattr(container, probe) is not None:
                raise ConfigurationError(
                    f"Container.{probe}", getattr(container, probe), "say it in Http.probes"
                )
        container.check_left_to("http", ("PORT", "METRICS_PORT"))
        ports = [Port(name=SERVER if self.front else HTTP, number=self.port)]
        if self.metrics is not None and self.metrics.port != self.port:
            ports.append(Port(name=METRICS, number=self.metrics.port))
        probes = self.probes
        return replace(
            container.with_defaults(env=self.variables),
            ports=[*ports, *container.ports],
            startup=probes.started(self.port, usual) if probes else None,
            liveness=probes.live(self.port, usual) if probes else None,
            readiness=probes.ready(self.port) if probes else None,
        )
