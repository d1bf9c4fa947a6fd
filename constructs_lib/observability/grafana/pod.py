"""The pod of Grafana: its variables and its volumes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from constructs_lib.cluster import Cluster
from constructs_lib.facts.network import Port
from constructs_lib.labels import Identity
from constructs_lib.observability.grafana.data_sources import LogStore
from constructs_lib.observability.grafana.provisioning import DashboardFiles
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.pods.checks import HttpCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening, UsualUser
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.volumes import Scratch

HTTP = Port(name="http", number=3000)
_CONFIG = "/etc/grafana/config"
# https://grafana.com/docs/grafana/latest/setup-grafana/configure-docker/
_USER = UsualUser(id=472)


def grafana_pod(
    identity: Identity,
    *,
    image: str,
    settings: Dashboards,
    provisioned: Sequence[ConfigFiles],
    dashboards: DashboardFiles,
    logs: LogStore,
    cluster: Cluster,
) -> Pod:
    """Return the pod.

    Args:
        identity: of the server.
        image: of Grafana.
        settings: of the user.
        provisioned: the files of data sources and contact points.
        dashboards: the files of dashboards.
        logs: the log store, whose Secret it reads.
        cluster: its domain, DNS and address family.
    """
    storage, sign_on = settings.storage, settings.sign_on
    process = Container(
        name="grafana",
        image=image,
        resources=settings.resources,
        ports=[HTTP, *storage.ports],
        pod_env=storage.pod_env,
        env={
            "GF_PATHS_CONFIG": f"{_CONFIG}/grafana.ini",
            "GF_SERVER_ROOT_URL": settings.url,
            "GF_SECURITY_COOKIE_SECURE": "true" if settings.host else "false",
            **dashboards.home,
            **storage.env(identity, cluster),
            **settings.env,
        },
        volumes=[
            _configuration(),
            *provisioned,
            *dashboards.files,
            *settings.files,
            *([sign_on.files] if sign_on else []),
            logs.files,
            *dict.fromkeys(file for source in settings.own_sources for file in source.files),
            *storage.volumes,
            Scratch(mount_path="/tmp"),  # noqa: S108 - a volume of its own
            Scratch(mount_path="/var/log/grafana"),
        ],
        # The first start makes the tables of the database.
        startup=Probe(check=TcpCheck(), port=HTTP.number, failure_threshold=30),
        # Its health asks its database, whose outage no restart mends.
        liveness=Probe(check=TcpCheck(), port=HTTP.number),
        readiness=Probe(check=HttpCheck(path="/api/health"), port=HTTP.number),
    )
    return Pod(
        identity=identity,
        importance=Importance.OBSERVABILITY,
        containers=[process],
        hardening=Hardening(run_as_user=_USER, run_as_group=_USER),
        placement=settings.placement,
        grace_period_seconds=60,
    )


def _configuration() -> ConfigFiles:
    text = files(__package__).joinpath("assets", "grafana.ini").read_text(encoding="utf-8")
    return ConfigFiles(name="configuration", files={"grafana.ini": text}, mount_path=_CONFIG)
