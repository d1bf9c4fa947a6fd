"""The web tier: a Next.js server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.nextjs import NextJs
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

WEB_ROUTE = Route()


class WebTier(ServerTier):
    """A front end, such as a Next.js server, behind an ingress, a load balancer, or both.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service, an Ingress for each route and, if asked, a
    Service of type LoadBalancer.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        host: the public host of its routes, or several.
        routes: its paths on each host; all by default.
        load_balancer: a Service of type LoadBalancer, in addition to the ingress.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: a message broker; several in a list, none by default.
        cache: shared by its replicas; several in a list, none by default.
        runtime: what its server process is like; Next.js by default.
        scaling: `Autoscaling`, or `Replicas` for a number.
        lifecycle: graceful shutdown: preStop delay and drain time.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        service_level: its objectives for availability and latency; None for no objective.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: neither host nor load balancer, or values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        http: Http = Http(),
        host: Host | Sequence[Host] | None = None,
        routes: Sequence[Route] = (WEB_ROUTE,),
        load_balancer: LoadBalancer | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        database: Databases | None = None,
        broker: Brokers | None = None,
        cache: Caches | None = None,
        runtime: Runtime = NextJs(),
        scaling: Scaling = Autoscaling(),
        lifecycle: Lifecycle = Lifecycle(),
        workload: Workload = Workload(),
        service_level: ServiceLevel | None = ServiceLevel(),
    ) -> None:
        hosts = hosts_of(host)
        if not hosts and load_balancer is None:
            raise ConfigurationError(
                "WebTier.host", None, "expose it: host=Host(…), load_balancer=LoadBalancer(…)"
            )
        check_hosts(hosts, routes, usual=WEB_ROUTE)
        super().__init__(
            scope,
            id,
            component="web",
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
