"""Grafana: the server, its data sources, its dashboards and its users."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, Peer
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.namespaces import Namespace
from constructs_lib.observability.grafana.alert_path import alert_path
from constructs_lib.observability.grafana.data_sources import data_sources
from constructs_lib.observability.grafana.log_store import LogStore
from constructs_lib.observability.grafana.pod import HTTP, grafana_pod
from constructs_lib.observability.grafana.provisioning import DashboardFiles
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.grafana.team_job import keep_teams
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.traffic.policy import Timeouts, TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import HTTP_PORT

# The state of alerts comes over websockets.
_ROUTE = Route(websocket=True, policy=TrafficPolicy(timeouts=Timeouts(read_seconds=300)))


class Grafana(NamedConstruct):
    """Dashboards of what is watched, for those who may see them.

    Creates a ServiceAccount, a StatefulSet, its Services and a ConfigMap for each
    dashboard; with teams, a CronJob that keeps them as they are written down.

    Args:
        scope: the chart, or a construct in it.
        id: the name of its objects.
        namespace: where they are.
        image: of Grafana, pinned.
        watches: whose metrics there are; each gets the dashboards that its
            metrics are enough for.
        prometheus: whom the panels ask.
        alertmanagers: all of them, since they do not tell each other of alerts;
            the first also shows and takes silences.
        logs: who has the lines of log; None for no dashboard of them.
        settings: what is a matter of choice.
        scrape_seconds: how often Prometheus reads a metric.

    Attributes:
        peer: its pods, such as for a `Call` of an ingress controller.
        endpoint: its address in the cluster.
        facts: what a baseline learns of it.

    Raises:
        ConfigurationError: no Alertmanager, or a value that does not fit another.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: Namespace,
        image: str,
        watches: Sequence[Publisher],
        prometheus: HttpEndpoint,
        alertmanagers: Sequence[HttpEndpoint],
        logs: LogStore | None,
        settings: Dashboards,
        scrape_seconds: int = 30,
    ) -> None:
        if not alertmanagers:
            raise ConfigurationError("Grafana.alertmanagers", (), "name at least one")
        super().__init__(scope, id)
        identity = Identity(name=id, namespace=namespace.name, component="grafana")
        dashboards = DashboardFiles.of(
            [watch.facts for watch in watches], with_logs=logs is not None
        )
        dashboards.check(settings.teams)
        sources = data_sources(prometheus, alertmanagers[0], logs, scrape_seconds=scrape_seconds)
        pod = grafana_pod(
            identity,
            image=image,
            settings=settings,
            provisioned=[sources, alert_path(alertmanagers)],
            dashboards=dashboards,
            logs=logs,
        )
        self.peer = pod.peer
        self.endpoint = HttpEndpoint(
            host=identity.dns_name, port=HTTP_PORT, target=self.peer, target_port=HTTP.name
        )
        parts = [stateful_set(self, pod, replicas=settings.storage.replicas)]
        cluster_ip_service(self, self.peer, ports={HTTP.name: HTTP_PORT})
        if settings.host:
            backend = Backend(name=id, service=id, namespace=namespace.name)
            settings.host.attach_routes(self, identity, routes=[_ROUTE], tracks=[backend])
        if settings.teams:
            parts.append(
                keep_teams(
                    self,
                    pod,
                    settings.teams,
                    folders=list(dashboards.by_folder),
                    admin=settings.admin,
                    url=self.endpoint.url,
                )
            )
        asked = [prometheus, *alertmanagers, *([logs.endpoint] if logs else [])]
        self.facts = Facts(
            calls=(
                *(endpoint.called_by(self.peer) for endpoint in asked),
                *_calls(self.peer, settings),
            ),
            footprints=(Footprint(namespace=namespace.name, objects={"services": 1}),),
            hosts=(settings.host.name,) if settings.host else (),
        ).joined(*parts)


def _calls(peer: Peer, settings: Dashboards) -> Iterator[Call]:
    """Yield the calls that follow from the settings."""
    yield from settings.storage.calls_by(peer)
    if settings.sign_on:
        yield from settings.sign_on.calls_by(peer)
    if settings.host:
        yield Call(source=settings.host.renderer.controller, target=peer, port=HTTP.name)
