"""The web tier: a Next.js server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import CacheEndpoint, HttpEndpoint
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.labels import Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.nextjs import NextJs
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.connections import NO_UPSTREAMS, connect_server, connect_upstreams
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.attach import check_hosts, hosts_of
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route

WEB_ROUTE = Route()


class WebTier(Tier):
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
        cache: shared by its replicas; optional.
        runtime: what its server process is like; Next.js by default.
        scaling: `Autoscaling`, or `Replicas` for a number.
        lifecycle: graceful shutdown: preStop delay and drain time.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        service_level: its objectives for availability and latency; None for no objective.

    Attributes:
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
        cache: CacheEndpoint | None = None,
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
        signals = http.read(runtime.signals)
        serving = http.serving(Cluster.of(scope).addresses, lifecycle)
        configured = connect_server(runtime.configure(container, serving), "cache", cache)
        pod = workload.pod(
            Identity.of(scope, id, component="web"),
            connect_upstreams(http.serve(configured), upstreams),
            shutdown=lifecycle.shutdown(runtime.pause),
            signals=signals,
        )
        super().__init__(
            scope,
            id,
            pod,
            workload=workload,
            scaling=scaling,
            metrics=http.metrics,
            exposure=Exposure(hosts=hosts, routes=routes, load_balancer=load_balancer),
            endpoints=[*upstreams.values(), cache],
            signals=signals,
            service_level=service_level,
        )
