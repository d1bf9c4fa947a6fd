"""HTTP of a tier: port, probes and metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.network import Port
from constructs_lib.labels import check_further_labels
from constructs_lib.pods.checks import GrpcCheck, HttpCheck, HttpsCheck, TcpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.metrics import Metrics
from constructs_lib.pods.probes import Probe, Probes, UsualChecks
from constructs_lib.rules import check_annotations, check_port
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.front_proxy import FrontProxy
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import HTTP, METRICS, SERVER, HttpProtocol, PodTls, Spoken
from constructs_lib.values import Value


class Http(Value):
    """Port, probes and metrics of the main container of a tier.

    Args:
        port: that it listens on, in the variable ``PORT``.
        probes: startup, liveness and readiness; None for no probes.
        metrics: the port and path of its metrics, in ``METRICS_PORT``; None for no metrics.
        front: a proxy in the same pod, which takes all requests first; optional.
        protocol: what it speaks. Probes of gRPC ask its health service by default.
        tls: that its port for requests speaks, the proxy's where there is one; None for none.
        service_labels: further labels of its Services, but for those of a load balancer.
        service_annotations: of these Services, such as for the gateway of a cloud.

    Raises:
        ConfigurationError: a port that a container without privileges cannot listen on, or metrics
            on a port that speaks something else.
    """

    port: int = 8080
    probes: Probes | None = Probes()
    metrics: Metrics | None = Metrics()
    front: FrontProxy | None = None
    protocol: HttpProtocol = HttpProtocol.HTTP
    tls: PodTls | None = None
    service_labels: Mapping[str, str] = field(default_factory=dict)
    service_annotations: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_port("Http.port", self.port)
        check_further_labels("Http.service_labels", self.service_labels)
        check_annotations("Http.service_annotations", self.service_annotations)
        shared = self.metrics is not None and self.metrics.port == self.port
        if shared and (self.spoken.is_grpc or self._speaks_tls):
            reject("Metrics.port", self.port, "use another: this one speaks no HTTP without TLS")

    def check_hidden(self, routes: Sequence[Route]) -> None:
        """Refuse public routes to metrics that ask for no credentials."""
        metrics = self.metrics
        if metrics is None or metrics.port != self.port or self.front is not None:
            return
        if metrics.public or metrics.authorization is not None:
            return
        asked = (route for route in routes if route.port == HTTP)
        leading = [route for route in asked if route.leads_to(metrics.path)]
        # Of two that fit, the exact one answers.
        for route in [route for route in leading if route.exact] or leading:
            policy = route.policy
            limited = isinstance(policy, TrafficPolicy) and policy.allowed_ranges is not None
            if not limited:
                reject(
                    "Metrics.port",
                    metrics.port,
                    f"visitors read {metrics.path} by the route {route.paths[0]!r}: use a port of "
                    "its own, ask for credentials (authorization=…), or say of "
                    f"Route(paths=({metrics.path!r},), exact=True, …) who is let in "
                    "(TrafficPolicy.allowed_ranges); or public=True",
                )

    @property
    def spoken(self) -> Spoken:
        """What the pod speaks to who is in front."""
        return Spoken(protocol=self.protocol, tls=self.tls)

    @property
    def _speaks_tls(self) -> bool:
        """Whether the server itself does."""
        return self.tls is not None and self.front is None

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
        probes, usual = self.probes, self._usual(usual)
        return replace(
            container.with_defaults(env=self.variables),
            ports=[*ports, *container.ports],
            startup=self._asked(probes.started(self.port, usual)) if probes else None,
            liveness=self._asked(probes.live(self.port, usual)) if probes else None,
            readiness=self._asked(probes.ready(self.port, usual)) if probes else None,
        )

    def _usual(self, usual: UsualChecks) -> UsualChecks:
        """Return the usual checks in what the server speaks; probes of gRPC speak no TLS."""
        if not self.spoken.is_grpc:
            return usual
        ready = TcpCheck() if self._speaks_tls else GrpcCheck()
        return UsualChecks(startup=TcpCheck(), liveness=TcpCheck(), readiness=ready)

    def _asked(self, probe: Probe | None) -> Probe | None:
        """Return the probe over TLS, where its port speaks that."""
        if probe is None or probe.port != self.port or not self._speaks_tls:
            return probe
        match probe.check:
            case HttpsCheck():
                return probe
            case HttpCheck(path=path, headers=headers):
                return replace(probe, check=HttpsCheck(path=path, headers=headers))
            case GrpcCheck():
                reject("Http.probes", probe.check, "use TcpCheck(): this one speaks no TLS")
        return probe
