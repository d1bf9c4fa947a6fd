"""The base class of tiers that are called: a server, its deadlines and what it is connected to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.cluster import AddressFamily, Cluster
from constructs_lib.facts.endpoints import HttpEndpoint, UrlForm
from constructs_lib.facts.signals import ServiceLevel
from constructs_lib.labels import Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.connections import Connected
from constructs_lib.tiers.deadlines import Deadlines
from constructs_lib.tiers.exposure import Exposure
from constructs_lib.tiers.http import Http
from constructs_lib.tiers.tier import Tier
from constructs_lib.tiers.uploads import with_room_for_uploads
from constructs_lib.tiers.workload import Workload
from constructs_lib.traffic.attach import check_hosts, hosts_of
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.load_balancer import LoadBalancer, balancers_of
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import AppProtocol, Spoken


class ServerArguments(Connected):
    """The arguments of a tier that is called.

    A tier of its own derives from it with its route, its runtime, and other defaults.

    Args:
        routes: its paths on each host.
        runtime: what its server process is like.
        http: its port, probes and metrics.
        host: the public host of its routes, or several; None for cluster-internal only.
        load_balancer: a Service of type LoadBalancer in addition to the host, or several, such as a
            public and an internal one; None for none.
        scaling: `Autoscaling`, or `Replicas` for a number.
        lifecycle: graceful shutdown: preStop delay and drain time.
        workload: rollout, placement, hardening, sidecars and the like of its pods.
        service_level: its objectives for availability and latency; None for no objective.
    """

    routes: Sequence[Route] = ()
    runtime: Runtime
    http: Http = Http()
    host: Host | Sequence[Host] | None = None
    load_balancer: LoadBalancer | Sequence[LoadBalancer] | None = None
    scaling: Scaling = Autoscaling()
    lifecycle: Lifecycle = Lifecycle()
    workload: Workload = Workload()
    service_level: ServiceLevel | None = ServiceLevel()

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The public hosts."""
        return hosts_of(self.host)

    @property
    def load_balancers(self) -> tuple[LoadBalancer, ...]:
        """The load balancers."""
        return balancers_of(self.load_balancer)


class ServerTier(Tier):
    """A tier that is called.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        given: the arguments of the tier.
        component: the word for it in the labels.
        protocol: the appProtocol of its Services, where it speaks HTTP without TLS.
        silent_seconds: how long its connections may be silent; None where none is kept for that.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.

    Raises:
        ConfigurationError: values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        given: ServerArguments,
        *,
        component: str,
        protocol: AppProtocol = AppProtocol.HTTP,
        silent_seconds: int | None = None,
    ) -> None:
        check_hosts(given.hosts, given.routes, usual=type(given).routes)
        if given.hosts:
            given.http.check_hidden(given.routes)
        deadlines = Deadlines(
            hosts=given.hosts,
            routes=given.routes,
            load_balancers=given.load_balancers,
            runtime=given.runtime,
            databases=given.databases,
            lifecycle=given.lifecycle,
            spoken=given.http.spoken,
            silent_seconds=silent_seconds,
        )
        identity = Identity.of(scope, id, component=component)
        workload, runtime = _with_proxy(given, deadlines.pause_seconds), given.runtime
        signals, shutdown = given.http.read(runtime.signals), deadlines.shutdown
        served = _configured(given, deadlines, Cluster.of(scope).addresses)
        unconnected = workload.pod(identity, served, shutdown=shutdown, signals=signals)
        connected = given.connect(
            served,
            pods=workload.rollout.footprint(unconnected, given.scaling).pods,
            processes=runtime.processes(given.container.resources),
            threads=runtime.threads,
        )
        pod = workload.pod(identity, connected, shutdown=shutdown, signals=signals)
        prepared = (*runtime.prepared_by(pod.main), *pod.init_containers)
        self._spoken = given.http.spoken
        super().__init__(
            scope,
            id,
            replace(pod, init_containers=prepared),
            workload=workload,
            scaling=given.scaling,
            metrics=given.http.metrics,
            exposure=Exposure(
                hosts=given.hosts,
                routes=given.routes,
                load_balancers=given.load_balancers,
                spoken=given.http.spoken,
                protocol=protocol,
                silent_seconds=silent_seconds,
                service_labels=given.http.service_labels,
                service_annotations=given.http.service_annotations,
            ),
            used=given.used_by(pod.peer),
            signals=signals,
            service_level=given.service_level,
        )

    @property
    def endpoint(self) -> HttpEndpoint:
        """Its address, for the `upstreams` of other tiers."""
        name = Cluster.of(self).dns_name(self.peer.name, self.peer.namespace)
        return HttpEndpoint(
            host=name,
            port=self._spoken.service_port,
            target=self.peer,
            target_port="http",
            form=_form(self._spoken),
        )


def _with_proxy(given: ServerArguments, pause_seconds: int) -> Workload:
    """Return the settings of its pods, with the proxy before its server, if there is one."""
    workload, front = given.workload, given.http.front
    if front is None:
        return workload
    return replace(workload, sidecars=[front.configured(pause_seconds), *workload.sidecars])


def _form(spoken: Spoken) -> UrlForm:
    if spoken.is_grpc:
        return UrlForm.GRPC
    return UrlForm.HTTP if spoken.tls is None else UrlForm.HTTPS


def _configured(
    given: ServerArguments, deadlines: Deadlines, addresses: AddressFamily
) -> Container:
    """Return the container with all but its endpoints."""
    runtime, http = given.runtime, given.http
    serving = deadlines.serving(http, addresses, variables=given.variables)
    configured = with_room_for_uploads(
        runtime.configure(given.container, serving),
        deadlines.hosts,
        deadlines.routes,
        deadlines.load_balancers,
        0 if http.spoken.is_grpc else runtime.spooled_requests(given.container.resources),
    )
    served = http.serve(configured, runtime.checks)
    deadlines.check_liveness(served.liveness, http)
    return served
