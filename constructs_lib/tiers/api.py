"""The API tier: Flask under gunicorn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.connections import NO_UPSTREAMS, Brokers, Caches, Databases
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.server_tier import ServerTier
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.attach import check_hosts, hosts_of
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route

API_ROUTE = Route(paths=("/api",))


class ApiTier(ServerTier):
    """A REST API inside the cluster, with routes on a public host if asked.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service of type ClusterIP and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        database: a database, with its limit of connections; several in a list, none by default.
        host: the public host of its routes, or several; None for cluster-internal only.
        routes: its paths on each host; ``/api`` by default.
        load_balancer: a Service of type LoadBalancer, in addition to the host; optional.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        broker: a message broker, such as of its queue; several in a list, none by default.
        cache: shared by its replicas; several in a list, none by default.
        runtime: what its server process is like; gunicorn by default.
        scaling: `Autoscaling`, or `Replicas` for a number.
        lifecycle: graceful shutdown: preStop delay and drain time.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        service_level: its objectives for availability and latency; None for no objective.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.
        endpoint: its address, for the `upstreams` of other tiers.

    Raises:
        ConfigurationError: too few connections of the database for all processes, an inner
            timeout that is not below an outer one, or values that contradict
            each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        http: Http = Http(),
        database: Databases | None = None,
        host: Host | Sequence[Host] | None = None,
        routes: Sequence[Route] = (API_ROUTE,),
        load_balancer: LoadBalancer | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        broker: Brokers | None = None,
        cache: Caches | None = None,
        runtime: Runtime = Gunicorn(),
        scaling: Scaling = Autoscaling(),
        lifecycle: Lifecycle = Lifecycle(),
        workload: Workload = Workload(),
        service_level: ServiceLevel | None = ServiceLevel(),
    ) -> None:
        hosts = hosts_of(host)
        check_hosts(hosts, routes, usual=API_ROUTE)
        super().__init__(
            scope,
            id,
            component="api",
            container=container,
            http=http,
            exposure=Exposure(hosts=hosts, routes=routes, load_balancer=load_balancer),
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
