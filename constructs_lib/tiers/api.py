"""The API tier: Flask under gunicorn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.endpoints import CacheEndpoint, DatabaseEndpoint, HttpEndpoint
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.labels import Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.connections import NO_UPSTREAMS, connect_server, connect_upstreams
from constructs_lib.tiers.database import connect
from constructs_lib.tiers.deadlines import check_deadlines
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.attach import check_hosts, hosts_of
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import HTTP_PORT

API_ROUTE = Route(paths=("/api",))


class ApiTier(Tier):
    """A REST API inside the cluster, with routes on a public host if asked.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service of type ClusterIP and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        database: a database, with its limit of connections; optional.
        host: the public host of its routes, or several; None for cluster-internal only.
        routes: its paths on each host; ``/api`` by default.
        load_balancer: a Service of type LoadBalancer, in addition to the host; optional.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        cache: shared by its replicas; optional.
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
        database: DatabaseEndpoint | None = None,
        host: Host | Sequence[Host] | None = None,
        routes: Sequence[Route] = (API_ROUTE,),
        load_balancer: LoadBalancer | None = None,
        upstreams: Mapping[str, HttpEndpoint] = NO_UPSTREAMS,
        cache: CacheEndpoint | None = None,
        runtime: Runtime = Gunicorn(),
        scaling: Scaling = Autoscaling(),
        lifecycle: Lifecycle = Lifecycle(),
        workload: Workload = Workload(),
        service_level: ServiceLevel | None = ServiceLevel(),
    ) -> None:
        hosts = hosts_of(host)
        check_hosts(hosts, routes, usual=API_ROUTE)
        check_deadlines(hosts, routes, runtime, database)
        identity = Identity.of(scope, id, component="api")
        cluster, signals = Cluster.of(scope), http.read(runtime.signals)
        shutdown = lifecycle.shutdown(runtime.pause)
        configured = runtime.configure(container, http.serving(cluster.addresses, lifecycle))
        name = cluster.dns_name(id, identity.namespace)
        connected = connect_server(configured, "cache", cache)
        if database is not None:
            unconnected = workload.pod(identity, connected, shutdown=shutdown, signals=signals)
            connected = connect(
                connected,
                database,
                pods=workload.rollout.footprint(unconnected, scaling).pods,
                processes=runtime.processes(container.resources),
                threads=runtime.threads,
            )
        pod = workload.pod(
            identity,
            connect_upstreams(http.serve(connected), upstreams),
            shutdown=shutdown,
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
            endpoints=[*upstreams.values(), database, cache],
            signals=signals,
            service_level=service_level,
        )
        self.endpoint = HttpEndpoint(
            host=name, port=HTTP_PORT, target=self.peer, target_port="http"
        )
