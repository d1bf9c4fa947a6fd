"""Grafana: the server, its data sources, its dashboards and its users."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.published import Facts
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.grafana.admin_job import administer
from constructs_lib.observability.grafana.contact_points import contact_points
from constructs_lib.observability.grafana.data_sources import LogStore, data_sources
from constructs_lib.observability.grafana.own_facts import grafana_facts, grafana_identity
from constructs_lib.observability.grafana.pod import HTTP, grafana_pod
from constructs_lib.observability.grafana.provisioning import DashboardFiles, dashboard_addresses
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.part import Part
from constructs_lib.observability.prometheus.self_monitoring import endpoint
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.traffic.attach import attach_routes
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.policy import PreferredPolicy, Timeouts, TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import HTTP_PORT

# The state of alerts comes over websockets.
_POLICY = TrafficPolicy(timeouts=Timeouts(read_seconds=300))
_ROUTE = Route(websocket=True, policy=PreferredPolicy(policy=_POLICY))


class Grafana(Part):
    """The StatefulSet of Grafana, with its data sources, dashboards and users.

    Creates a ServiceAccount, a StatefulSet, its Services and a ConfigMap for each
    dashboard; with teams or a new password of ``admin``, a CronJob that brings Grafana to them.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        read: the facts of all that Prometheus scrapes, its own too; each gets the dashboards
            that its metrics allow.
        alertmanagers: all of them, since they do not share alerts; the first is also the
            data source for silences.
        logs: the log store.
        settings: of the user.

    Attributes:
        peer: its pods, such as for a `Call` of an ingress controller.
        endpoint: its address in the cluster.
        dashboard_addresses: where the dashboard of each construct is, by its namespace and name.

    Raises:
        ConfigurationError: no Alertmanager, or values that contradict each other.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        read: Sequence[Facts],
        alertmanagers: Sequence[HttpEndpoint],
        logs: LogStore,
        settings: Dashboards,
    ) -> None:
        if not alertmanagers:
            raise ConfigurationError("Grafana.alertmanagers", (), "name at least one")
        super().__init__(scope, grafana_identity(context))
        prometheus = endpoint(context)
        dashboards = DashboardFiles.of(read, settings.own).for_teams(settings.teams)
        sources = data_sources(
            prometheus,
            alertmanagers[0],
            logs,
            scrape_seconds=context.metrics.scrape_seconds,
            own=settings.own_sources,
            traces=settings.traces,
        )
        pod = grafana_pod(
            self.identity,
            image=context.images.grafana,
            settings=settings,
            provisioned=[sources, contact_points(alertmanagers)],
            dashboards=dashboards,
            logs=logs,
            cluster=context.cluster,
        )
        pod = extended(pod, context.extra_containers)
        self.peer = pod.peer
        self.dashboard_addresses = dashboard_addresses(read, settings.url)
        self.endpoint = self._endpoint(context.dns_name(self.identity))
        parts = [stateful_set(self, pod, replicas=settings.storage.replicas)]
        parts.append(cluster_ip_service(self, self.peer, ports={HTTP.name: HTTP_PORT}))
        if settings.is_administered:
            parts.append(
                administer(
                    self,
                    pod,
                    settings.teams,
                    folders=list(dashboards.by_folder),
                    admin=settings.admin,
                    url=self.endpoint.url,
                    extra_containers=context.extra_containers,
                )
            )
        asked = [prometheus, *alertmanagers, logs.endpoint]
        told = Facts(
            calls=tuple(endpoint.called_by(self.peer) for endpoint in asked),
            routes=self._routes(settings.host) if settings.host else (),
        )
        self.facts = told.joined(grafana_facts(context, settings), *parts)

    def _endpoint(self, host: str) -> HttpEndpoint:
        return HttpEndpoint(host=host, port=HTTP_PORT, target=self.peer, target_port=HTTP.name)

    def _routes(self, host: Host) -> tuple[ServedRoute, ...]:
        name, namespace = self.identity.name, self.identity.namespace
        backend = Backend(name=name, service=name, namespace=namespace)
        return attach_routes(self, self.identity, hosts=[host], routes=[_ROUTE], tracks=[backend])
