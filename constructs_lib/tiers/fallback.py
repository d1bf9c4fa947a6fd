"""A static page with status 503, for errors of a tier."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from string import Template

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.cluster import AddressFamily, Cluster
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_range
from constructs_lib.traffic.attach import attach_routes
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.policy import PORTABLE_POLICY
from constructs_lib.traffic.resilience import ErrorRedirect
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import HTTP_PORT

_HTTP = Port(name="http", number=8080)
_HEALTH = Probe(check=HttpCheck(path="/healthz"), port=_HTTP.number)


class FallbackPage(NamedConstruct):
    """A static page with status 503, served while tiers are down.

    Creates a Deployment of nginx, its ServiceAccount, its ConfigMaps, a Service
    and a route. Create it before the tiers that redirect to it: give their routes
    ``TrafficPolicy(error_page=fallback.error_page)``. It has no dependencies of its
    own.

    Args:
        scope: a chart in its namespace.
        id: its name, such as ``fallback``.
        host: of the page.
        page: its HTML, with styles and images inline: no other file is served.
        path: of the page on the host.
        image: nginx 1.19.5 or newer, pinned.
        replicas: two by default, so that the loss of a node leaves one.
        extra_containers: sidecars and init containers of its pods.

    Attributes:
        error_page: the redirect for the routes of tiers.
        peer: its pods.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: a value that cannot work.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        host: Host,
        page: str,
        path: str = "/unavailable",
        image: str = (
            "docker.io/library/nginx:1.28.0-alpine"
            "@sha256:30f1c0d78e0ad60901648be663a710bdadf19e4c10ac6782c235200619158284"
        ),
        replicas: int = 2,
        extra_containers: ExtraContainers = ExtraContainers(),
    ) -> None:
        check_range("FallbackPage.replicas", replicas, 1, 10)
        route = Route(paths=(path,), policy=PORTABLE_POLICY)
        identity = Identity.of(scope, id, component="fallback")
        pod = Pod(
            identity=identity,
            containers=[_nginx(image, page, Cluster.of(scope).addresses)],
            log_format=LogFormat.PLAIN,
        )
        pod = extra_containers.joined_to(pod)
        super().__init__(scope, id)
        made = deployment(self, pod, replicas=replicas)
        service = cluster_ip_service(self, pod.peer, ports={_HTTP.name: HTTP_PORT})
        backend = Backend(name="stable", service=id, namespace=identity.namespace)
        served = attach_routes(self, identity, hosts=[host], routes=[route], tracks=[backend])
        self.peer = pod.peer
        self.error_page = ErrorRedirect(url=f"{host.url}{path}")
        self.facts = Facts(
            calls=(Call(source=host.renderer.controller, target=pod.peer, port=_HTTP.name),),
            routes=served,
        ).joined(made, service)

    @property
    def deployment(self) -> ApiObject:
        """The Deployment of nginx."""
        return self.objects["Deployment"]

    @property
    def service(self) -> ApiObject:
        """The Service behind its route."""
        return self.objects["Service"]


def _nginx(image: str, page: str, addresses: AddressFamily) -> Container:
    configuration = files("constructs_lib.tiers").joinpath("assets", "fallback.conf").read_text()
    ipv6 = addresses.has_ipv6
    listen = f"[::]:{_HTTP.number} ipv6only=off" if ipv6 else str(_HTTP.number)
    return Container(
        name="nginx",
        image=image,
        resources=Resources(cpu="50m", memory="32Mi", ephemeral_storage="64Mi"),
        command=["nginx", "-e", "stderr", "-c", "/etc/fallback/nginx.conf", "-g", "daemon off;"],
        ports=[_HTTP],
        volumes=[
            ConfigFiles(
                name="configuration",
                files={"nginx.conf": Template(configuration).substitute(listen=listen)},
                mount_path="/etc/fallback",
            ),
            ConfigFiles(name="page", files={"index.html": page}, mount_path="/srv/page"),
            Scratch(mount_path="/tmp", size="16Mi"),  # noqa: S108
        ],
        liveness=_HEALTH,
        readiness=replace(_HEALTH, period_seconds=5),
        # Until the controller has forgotten the pod.
        pre_stop=["sleep", "5"],
    )
