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
from constructs_lib.pods.lifecycle import Lifecycle, Runtime
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.nextjs import NextJs
from constructs_lib.tiers.connections import NO_UPSTREAMS, connect_server, connect_upstreams
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import HTTP_DURATIONS, HTTP_INDICATOR, Http
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.host import Host, check_host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route

WEB_ROUTE = Route()


class WebTier(Tier):
    """A Next.js server behind an ingress, a load balancer, or both.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service, an Ingress for each route and, if asked, a
    Service of type LoadBalancer.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        host: the public host of its routes.
        routes: its paths on the host; all by default.
        load_balancer: a Service of type LoadBalancer, in addition to the ingress.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        cache: shared by its replicas; optional.
        nextjs: settings of Next.js.
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
        host: Host | None = None,
        routes: Sequence[Route] = (WEB_ROUTE,),
        load_balancer: LoadBalancer | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        cache: CacheEndpoint | None = None,
        nextjs: NextJs = NextJs(),
        scaling: Scaling = Autoscaling(),
        lifecycle: Lifecycle = Lifecycle(runtime=Runtime.NODE),
        workload: Workload = Workload(),
        service_level: ServiceLevel | None = ServiceLevel(),
    ) -> None:
        if host is None and load_balancer is None:
            raise ConfigurationError(
                "WebTier.host", None, "expose it: host=Host(…), load_balancer=LoadBalancer(…)"
            )
        check_host(host, routes, usual=WEB_ROUTE)
        configured = connect_server(
            nextjs.configure(container, addresses=Cluster.of(scope).addresses), "cache", cache
        )
        pod = workload.pod(
            Identity.of(scope, id, component="web"),
            connect_upstreams(http.serve(configured), upstreams),
            lifecycle=lifecycle,
            indicator=HTTP_INDICATOR,
        )
        super().__init__(
            scope,
            id,
            pod,
            workload=workload,
            scaling=scaling,
            metrics=http.metrics,
            exposure=Exposure(host=host, routes=routes, load_balancer=load_balancer),
            endpoints=[*upstreams.values(), cache],
            metric_names=(HTTP_DURATIONS,),
            service_level=service_level,
        )
