"""The base class of tiers that are called: a server, its deadlines and what it is connected to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.labels import Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.connections import (
    Brokers,
    Caches,
    Databases,
    connect_all,
    endpoints,
    several,
    variables_of,
)
from constructs_lib.tiers.deadlines import Deadlines
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.uploads import with_room_for_uploads
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.service import HTTP_PORT


class ServerTier(Tier):
    """A tier that is called.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        component: the word for it in the labels.
        container: its image, resources and environment.
        http: its port, probes and metrics.
        exposure: its Services and routes.
        database: a database, with its limit of connections; several in a list, none by default.
        broker: a message broker; several in a list, none by default.
        cache: shared by its replicas; several in a list, none by default.
        upstreams: HTTP endpoints that it calls, by the variable with the URL.
        runtime: what its server process is like.
        scaling: of its replicas.
        lifecycle: graceful shutdown.
        workload: rollout, placement and the like.
        service_level: its objectives; None for no objective.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        component: str,
        container: Container,
        http: Http,
        exposure: Exposure,
        database: Databases | None,
        broker: Brokers | None,
        cache: Caches | None,
        upstreams: Mapping[str, HttpEndpoint],
        runtime: Runtime,
        scaling: Scaling,
        lifecycle: Lifecycle,
        workload: Workload,
        service_level: ServiceLevel | None,
    ) -> None:
        deadlines = Deadlines(
            hosts=exposure.hosts,
            routes=exposure.routes,
            load_balancer=exposure.load_balancer,
            runtime=runtime,
            databases=several(database),
            lifecycle=lifecycle,
            silent_seconds=exposure.silent_seconds,
        )
        identity = Identity.of(scope, id, component=component)
        signals, shutdown = http.read(runtime.signals), deadlines.shutdown
        used = endpoints(upstreams, database=database, broker=broker, cache=cache)
        served = _configured(
            container, deadlines, http, Cluster.of(scope), variables_of(upstreams, used)
        )
        unconnected = workload.pod(identity, served, shutdown=shutdown, signals=signals)
        connected = connect_all(
            served,
            database=database,
            broker=broker,
            cache=cache,
            upstreams=upstreams,
            pods=workload.rollout.footprint(unconnected, scaling).pods,
            processes=runtime.processes(container.resources),
            threads=runtime.threads,
        )
        pod = workload.pod(identity, connected, shutdown=shutdown, signals=signals)
        prepared = (*runtime.prepared_by(pod.main), *pod.init_containers)
        super().__init__(
            scope,
            id,
            replace(pod, init_containers=prepared),
            workload=workload,
            scaling=scaling,
            metrics=http.metrics,
            exposure=exposure,
            endpoints=used,
            signals=signals,
            service_level=service_level,
        )

    @property
    def endpoint(self) -> HttpEndpoint:
        """Its address, for the `upstreams` of other tiers."""
        name = Cluster.of(self).dns_name(self.peer.name, self.peer.namespace)
        return HttpEndpoint(host=name, port=HTTP_PORT, target=self.peer, target_port="http")


def _configured(
    container: Container,
    deadlines: Deadlines,
    http: Http,
    cluster: Cluster,
    variables: Collection[str],
) -> Container:
    """Return the container with all but its endpoints, whose variables have these names."""
    runtime = deadlines.runtime
    serving = deadlines.serving(http, cluster.addresses, variables=variables)
    configured = with_room_for_uploads(
        runtime.configure(container, serving),
        deadlines.hosts,
        deadlines.routes,
        deadlines.load_balancer,
        runtime.spooled_requests(container.resources),
    )
    served = http.serve(configured, runtime.checks)
    deadlines.check_liveness(served.liveness, http)
    return served
