"""The websocket tier: a stateless Node.js service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.signals import Indicator, PodMetric, ServiceLevel
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import GentleClose, Lifecycle
from constructs_lib.rollouts.autoscalers import ScalingPace
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.rules import check_seconds
from constructs_lib.runtimes.node import NodeServer
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.connections import NO_UPSTREAMS, Brokers, Caches, Databases
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.server_tier import ServerTier
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.attach import check_hosts, hosts_of
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import AppProtocol

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


class SocketTier(ServerTier):
    """A websocket service whose replicas share nothing but a message broker.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        broker: the message broker between replicas; None for a single replica only. The
            second track of a `Canary` or `BlueGreen` counts, the surge of a rolling update
            does not.
        database: a database, with its limit of connections; several in a list, none by default.
        cache: shared by its replicas; several in a list, none by default.
        host: the public host of its routes, or several; None for cluster-internal only.
        routes: its paths on each host; `WEBSOCKET_ROUTE` by default. Set a
            `SessionCookie` in their policy for protocols that begin with polling,
            such as Socket.IO's; no `Canary` can then share them by weight.
        load_balancer: a Service of type LoadBalancer, in addition to the host; optional.
        silent_seconds: for how long a connection may say nothing, so that nobody in front may close
            it; less where server or clients ping, as those of most protocols do: of Socket.IO
            every 25 seconds, of Action Cable every three.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        scaling: by connections a pod; `Replicas` for a number.
        runtime: what its server process is like; a Node.js server with `WEBSOCKET_SIGNALS` by
            default.
        lifecycle: graceful shutdown: preStop delay and drain time. On SIGTERM the service
            closes its connections over ``DRAIN_SECONDS``, so that clients come back one
            after the other.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        service_level: its objectives for availability and latency; None for no
            objective. A latency is that of a handshake, and needs a histogram in the
            indicator of the runtime.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: more than one replica without a broker, or a value
            does not fit another.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        http: Http = Http(),
        broker: Brokers | None = None,
        database: Databases | None = None,
        cache: Caches | None = None,
        host: Host | Sequence[Host] | None = None,
        routes: Sequence[Route] = (WEBSOCKET_ROUTE,),
        load_balancer: LoadBalancer | None = None,
        silent_seconds: int = 3600,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        scaling: Scaling = CONNECTION_SCALING,
        runtime: Runtime = NodeServer(signals=WEBSOCKET_SIGNALS),
        lifecycle: Lifecycle = Lifecycle(drain_seconds=GentleClose()),
        workload: Workload = Workload(),
        service_level: ServiceLevel | None = ServiceLevel(latency_seconds=None),
    ) -> None:
        check_seconds("SocketTier.silent_seconds", silent_seconds)
        hosts = hosts_of(host)
        check_hosts(hosts, routes, usual=WEBSOCKET_ROUTE)
        if hosts:
            _check_upgraded(routes)
        super().__init__(
            scope,
            id,
            component="socket",
            container=container,
            http=http,
            exposure=Exposure(
                hosts=hosts,
                routes=routes,
                load_balancer=load_balancer,
                protocol=AppProtocol.WEBSOCKET,
                silent_seconds=silent_seconds,
            ),
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            runtime=runtime,
            scaling=scaling,
            lifecycle=lifecycle,
            workload=workload,
            service_level=service_level,
        )
        if broker is None and self.most_replicas > 1:
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
