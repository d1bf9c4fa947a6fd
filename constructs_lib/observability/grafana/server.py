"""Grafana: the server, its data sources, its dashboards and its users."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.names import Identity, check_id
from constructs_lib.namespaces import Namespace
from constructs_lib.observability.grafana.data_sources import (
    LogStore,
    alert_path,
    data_sources,
)
from constructs_lib.observability.grafana.provisioning import DashboardFiles
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.grafana.teams import keep_teams
from constructs_lib.servers.pod import ServerPod
from constructs_lib.servers.process import Probe, Process
from constructs_lib.servers.service import cluster_ip_service
from constructs_lib.servers.stateful_set import stateful_set
from constructs_lib.traffic.policy import Timeouts, TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.workload.configuration import ConfigFiles
from constructs_lib.workload.hardening import Hardening
from constructs_lib.workload.probes import HttpCheck, TcpCheck
from constructs_lib.workload.secrets import SecretFiles
from constructs_lib.workload.track import Backend
from constructs_lib.workload.volumes import Scratch

_HTTP = Port(name="http", number=3000)
# https://grafana.com/docs/grafana/latest/setup-grafana/configure-docker/
_USER = 472
# New lines of log and the state of alerts come over websockets.
_ROUTE = Route(websocket=True, policy=TrafficPolicy(timeouts=Timeouts(read_seconds=300)))
_CONFIG, _ADMIN = "/etc/grafana/config", "/etc/grafana/admin"


class Grafana(Construct):
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
        check_id(scope, id)
        if not alertmanagers:
            raise ConfigurationError("Grafana.alertmanagers", (), "name at least one")
        super().__init__(scope, id)
        storage, sign_on, host = settings.storage, settings.sign_on, settings.host
        identity = Identity(name=id, namespace=namespace.name, component="grafana")
        dashboards = DashboardFiles.of(
            [watch.facts for watch in watches], with_logs=logs is not None
        )
        dashboards.check(settings.teams)
        pod = ServerPod(
            identity=identity,
            hardening=Hardening(run_as_user=_USER, run_as_group=_USER),
            placement=settings.placement,
            grace_period_seconds=60,
            processes=[
                Process(
                    name="grafana",
                    image=image,
                    resources=settings.resources,
                    ports=[_HTTP, *storage.ports],
                    pod_env=storage.pod_env,
                    env={
                        **_addresses(settings.url),
                        **dashboards.home,
                        **storage.env(identity),
                        **(sign_on.env if sign_on else {}),
                    },
                    volumes=[
                        _configuration(),
                        data_sources(
                            prometheus, alertmanagers[0], logs, scrape_seconds=scrape_seconds
                        ),
                        alert_path(alertmanagers),
                        *dashboards.files,
                        SecretFiles(secret=settings.admin, mount_path=_ADMIN),
                        *([sign_on.files] if sign_on else []),
                        *([logs.files] if logs else []),
                        *storage.volumes,
                        Scratch(mount_path="/tmp"),  # noqa: S108 - a volume of its own
                        Scratch(mount_path="/var/log/grafana"),
                    ],
                    startup=Probe(check=TcpCheck(), port=_HTTP.number, failure_threshold=30),
                    # Its health asks its database, whose outage no restart mends.
                    liveness=Probe(check=TcpCheck(), port=_HTTP.number),
                    readiness=Probe(check=HttpCheck(path="/api/health"), port=_HTTP.number),
                )
            ],
        )
        server = stateful_set(self, pod, replicas=storage.replicas)
        cluster_ip_service(self, pod.peer, ports={_HTTP.name: _HTTP.number})
        if host is not None:
            backend = Backend(name=id, service=id, namespace=namespace.name)
            host.attach_routes(self, identity, routes=[_ROUTE], tracks=[backend])
        self.peer = pod.peer
        self.endpoint = HttpEndpoint(
            host=identity.dns_name, port=_HTTP.number, target=pod.peer, target_port=_HTTP.name
        )
        asked = (prometheus, *alertmanagers, *([logs.endpoint] if logs else []))
        self.facts = Facts(
            calls=(
                *(endpoint.called_by(pod.peer) for endpoint in asked),
                *storage.calls_by(pod.peer),
                *(
                    [Call(source=host.renderer.controller, target=pod.peer, port=_HTTP.name)]
                    if host
                    else []
                ),
                *(sign_on.calls_by(pod.peer) if sign_on else ()),
            ),
            footprints=(Footprint(namespace=namespace.name, objects={"services": 1}),),
            hosts=(host.name,) if host else (),
        ).joined(
            server,
            *(
                [
                    keep_teams(
                        self,
                        pod,
                        settings.teams,
                        folders=list(dashboards.by_folder),
                        admin=settings.admin,
                        url=self.endpoint.url,
                    )
                ]
                if settings.teams
                else []
            ),
        )


def _addresses(url: str) -> dict[str, str]:
    return {
        "GF_PATHS_CONFIG": f"{_CONFIG}/grafana.ini",
        "GF_SERVER_ROOT_URL": url,
        "GF_SECURITY_COOKIE_SECURE": str(url.startswith("https://")).lower(),
    }


def _configuration() -> ConfigFiles:
    text = files(__package__).joinpath("assets", "grafana.ini").read_text(encoding="utf-8")
    return ConfigFiles(name="configuration", files={"grafana.ini": text}, mount_path=_CONFIG)
