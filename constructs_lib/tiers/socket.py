"""The websocket tier: a stateless Node.js service."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.signals import Indicator, PodMetric, ServiceLevel
from constructs_lib.pods.lifecycle import GentleClose, Lifecycle
from constructs_lib.rollouts.autoscalers import ScalingPace
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.rules import check_seconds
from constructs_lib.runtimes.node import NodeServer
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.server_tier import ServerArguments, ServerTier
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import AppProtocol

WEBSOCKET_ROUTE = Route(paths=("/ws",), websocket=True)

# A replica that goes takes its connections along, and their clients all come
# back at once; so one at a time, with two minutes between.
CONNECTION_SCALING = Autoscaling(
    pod_metrics=(PodMetric(name="websocket_connections", average=500),),
    scale_down=ScalingPace(stabilization_seconds=300, pods=1, percent=None, period_seconds=120),
)

WEBSOCKET_SIGNALS = Signals(
    indicator=Indicator(total="websocket_handshakes_total", failed='outcome="failed"'),
    metrics=("websocket_connections",),
    log_format=LogFormat.NODE,
)


class SocketArguments(ServerArguments):
    """The arguments of `SocketTier`.

    Args:
        broker: the message broker between replicas; None for a single replica only. The
            second track of a `Canary` or `BlueGreen` counts, the surge of a rolling update
            does not.
        routes: its paths on each host; `WEBSOCKET_ROUTE` by default. Set a
            `SessionCookie` in their policy for protocols that begin with polling,
            such as Socket.IO's; no `Canary` can then share them by weight.
        scaling: by connections a pod; `Replicas` for a number.
        runtime: what its server process is like; a Node.js server with `WEBSOCKET_SIGNALS` by
            default.
        lifecycle: graceful shutdown: preStop delay and drain time. On SIGTERM the service
            closes its connections over ``DRAIN_SECONDS``, so that clients come back one
            after the other.
        service_level: its objectives for availability and latency; None for no
            objective. A latency is that of a handshake, and needs a histogram in the
            indicator of the runtime.
        silent_seconds: for how long a connection may say nothing, so that nobody in front may close
            it; less where server or clients ping, as those of most protocols do: of Socket.IO
            every 25 seconds, of Action Cable every three.
    """

    routes: Sequence[Route] = (WEBSOCKET_ROUTE,)
    runtime: Runtime = NodeServer(signals=WEBSOCKET_SIGNALS)
    scaling: Scaling = CONNECTION_SCALING
    lifecycle: Lifecycle = Lifecycle(drain_seconds=GentleClose())
    service_level: ServiceLevel | None = ServiceLevel(latency_seconds=None)
    silent_seconds: int = 3600


class SocketTier(ServerTier):
    """A websocket service whose replicas share nothing but a message broker.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: more than one replica without a broker, or a value
            does not fit another.
    """

    @takes(SocketArguments)
    def __init__(self, scope: Construct, id: str, given: SocketArguments) -> None:
        check_seconds("SocketTier.silent_seconds", given.silent_seconds)
        if given.hosts:
            _check_upgraded(given.routes)
        super().__init__(
            scope,
            id,
            given,
            component="socket",
            protocol=AppProtocol.WEBSOCKET,
            silent_seconds=given.silent_seconds,
        )
        if given.broker is None and self.most_replicas > 1:
            raise ConfigurationError(
                "SocketTier.broker",
                None,
                f"give BrokerEndpoint(…): {self.most_replicas} replicas, on all tracks, need a "
                "message broker to reach each other's clients; only a single one does without",
            )


def _check_upgraded(routes: Sequence[Route]) -> None:
    if not any(route.websocket for route in routes):
        raise ConfigurationError(
            "SocketTier.routes",
            [path for route in routes for path in route.paths],
            "say Route(…, websocket=True) of those with websockets, or none is upgraded",
        )
