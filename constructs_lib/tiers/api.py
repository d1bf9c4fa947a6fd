"""The tier that answers the REST API: Flask under gunicorn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.access import KubernetesAccess
from constructs_lib.facts.endpoints import CacheEndpoint, DatabaseEndpoint, HttpEndpoint
from constructs_lib.facts.network import End
from constructs_lib.facts.signals import LogFormat, ServiceLevel
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Lifecycle, Runtime
from constructs_lib.pods.mesh import Mesh
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.disruption import DisruptionBudget
from constructs_lib.rollouts.rollout import RollingUpdate, Rollout
from constructs_lib.rollouts.scaling import Autoscaling
from constructs_lib.rollouts.tracks import Scaling
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.tiers.assembly import HTTP_DURATIONS, HTTP_INDICATOR, assemble
from constructs_lib.tiers.connections import connect_server, connect_upstreams
from constructs_lib.tiers.database import connect
from constructs_lib.tiers.deadlines import check_deadlines
from constructs_lib.traffic.host import Host, routes_on
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import HTTP_PORT, AppProtocol


class ApiTier(NamedConstruct):
    """A REST API inside the cluster, with routes on a public host if asked.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service of type ClusterIP and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.
        container: what runs.
        database: what it may use of a database, as that hands it over; None for none.
        host: the host that its routes are on; None keeps it inside.
        routes: the paths that it answers there; ``/api`` by default.
        upstreams: variables that name HTTP endpoints, which it may then call.
        cache: what its replicas share; None for none.
        gunicorn: its processes and threads.
        scaling: `Autoscaling`, or `Replicas` for a number.
        rollout: how a new version replaces the old one.
        lifecycle: how a pod leaves.
        placement: where the pods run.
        disruption_budget: one replica at a time by default, from two on.
        mesh: the service mesh that its pods are members of; None for none.
        kubernetes_access: what it may do with the Kubernetes API; nothing by default.
        calls: further ends that it calls, on all their ports.
        service_level: what it promises; None for nothing.

    Attributes:
        deployment: of the stable track or the active color, for `override`.
        deployments: those of the tracks, that one first. What is overridden in one color
            alone moves with a switch.
        services: those of the tracks.
        peer: its pods, for the `calls` of others.
        facts: what a baseline learns of it.
        endpoint: its address, for the `upstreams` of other tiers.

    Raises:
        ConfigurationError: the share of the database is too small for all
            processes, somebody inside waits longer than whoever asks, or a
            value does not fit another.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Container,
        database: DatabaseEndpoint | None = None,
        host: Host | None = None,
        routes: Sequence[Route] | None = None,
        upstreams: Mapping[str, HttpEndpoint] | None = None,
        cache: CacheEndpoint | None = None,
        gunicorn: Gunicorn = Gunicorn(),
        scaling: Scaling = Autoscaling(),
        rollout: Rollout = RollingUpdate(),
        lifecycle: Lifecycle = Lifecycle(runtime=Runtime.PYTHON),
        placement: Placement = Placement(),
        disruption_budget: DisruptionBudget | None = None,
        mesh: Mesh | None = None,
        kubernetes_access: KubernetesAccess | None = None,
        calls: Sequence[End] = (),
        service_level: ServiceLevel | None = ServiceLevel(),
    ) -> None:
        routes = routes_on(host, routes, usual=Route(paths=("/api",)))
        upstreams = upstreams or {}
        check_deadlines(host, routes, gunicorn, database)
        pod = Pod(
            identity=Identity.of(scope, id, component="api"),
            container=connect_server(gunicorn.configure(container, lifecycle), "cache", cache),
            lifecycle=lifecycle,
            placement=placement,
            indicator=HTTP_INDICATOR,
            mesh=mesh,
            reaches_api_server=kubernetes_access is not None,
        )
        if database is not None:
            pod = connect(
                pod,
                database,
                pods=rollout.footprint(pod, scaling).pods,
                processes=gunicorn.processes(container.resources),
                threads=gunicorn.threads,
            )
        pod = replace(pod, container=connect_upstreams(pod.container, upstreams))
        super().__init__(scope, id)
        assembly = assemble(
            self,
            pod,
            rollout=rollout,
            scaling=scaling,
            disruption_budget=disruption_budget,
            kubernetes_access=kubernetes_access,
            host=host,
            routes=routes,
            load_balancer=None,
            protocol=AppProtocol.HTTP,
            endpoints=[*upstreams.values(), database, cache],
            calls=calls,
            metric_names=(HTTP_DURATIONS,),
            service_level=service_level,
            log_format=LogFormat.GUNICORN,
        )
        self.deployment = assembly.deployments[0]
        self.deployments = assembly.deployments
        self.services = assembly.services
        self.peer = pod.peer
        self.facts = assembly.facts
        self.endpoint = HttpEndpoint(
            host=pod.identity.dns_name, port=HTTP_PORT, target=pod.peer, target_port="http"
        )
