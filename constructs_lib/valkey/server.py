"""A Valkey: its pod, with the exporter, its Service and what it publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.certificates import PartyCertificate
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.servers import BrokerEndpoint, CacheEndpoint
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.checks import ExecCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data
from constructs_lib.valkey.assets import asset
from constructs_lib.valkey.dashboard import dashboard
from constructs_lib.valkey.images import ValkeyImages
from constructs_lib.valkey.metrics import NAMES, OF_THE_FILE
from constructs_lib.valkey.secrets import NEXT, AfterItsName, ValkeySecrets
from constructs_lib.valkey.settings import PORT, TLS, Settings

VALKEY = Port(name="valkey", number=PORT)
_METRICS = Port(name="metrics", number=9121)
_EXPORTER = Resources(cpu="10m", memory="48Mi", ephemeral_storage="32Mi")
_SETTINGS = "/settings"

_Endpoint = TypeVar("_Endpoint", BrokerEndpoint, CacheEndpoint)

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class ValkeyServer(NamedConstruct):
    """One Valkey.

    Args:
        scope: the parent construct.
        id: the name of its objects.
        component: the word for it in the labels.
        settings: of the server.
        data: its volume; none for one that forgets.
        resources: of the server.
        alerts: of one of its kind.
        secrets: of its users and its certificate.
        images: of its containers.
        placement: of its pod.
        extra_containers: sidecars and init containers.

    Attributes:
        peer: its pod.
        host: its DNS name.
        secrets: of its users and its certificate.
        facts: what it publishes for the baseline and the observability stack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        component: str,
        settings: Settings,
        data: Sequence[Data] = (),
        resources: Resources,
        alerts: Callable[[Peer], tuple[AlertRule, ...]],
        secrets: ValkeySecrets | AfterItsName,
        images: ValkeyImages,
        placement: Placement,
        extra_containers: ExtraContainers,
    ) -> None:
        super().__init__(scope, id)
        identity = Identity.of(scope, id, component=component)
        self.secrets = secrets.of(id) if isinstance(secrets, AfterItsName) else secrets
        self.host = Cluster.of(scope).dns_name(id, identity.namespace)
        pod = Pod(
            identity=identity,
            containers=[
                _server(images.server, resources, settings, self.secrets, data),
                _exporter(images.exporter, self.secrets),
            ],
            placement=placement,
            log_format=LogFormat.PLAIN,
        )
        made = stateful_set(self, extra_containers.joined_to(pod), replicas=1)
        self.peer = pod.peer
        service = cluster_ip_service(self, self.peer, ports={VALKEY.name: VALKEY.number})
        names = (*NAMES, *(OF_THE_FILE if data else ()))
        told = Facts(
            certificates=(self._certificate,),
            metrics=(
                MetricsEndpoint(peer=self.peer, port=_METRICS.name, path="/metrics", names=names),
            ),
            alerts=alerts(self.peer),
            dashboards=(dashboard(self.peer, keeps=bool(data)),),
        )
        self.facts = told.joined(made, service)

    @property
    def stateful_set(self) -> ApiObject:
        """The StatefulSet, of one pod."""
        return self.objects["StatefulSet"]

    def _reached_as(self, kind: type[_Endpoint]) -> _Endpoint:
        return kind(
            host=self.host,
            port=VALKEY.number,
            target=self.peer,
            target_port=VALKEY.name,
            secret=self.secrets.client,
            tls=True,
        )

    @property
    def _certificate(self) -> PartyCertificate:
        name, namespace = self.peer.name, self.peer.namespace
        return PartyCertificate(
            namespace=namespace,
            secret=self.secrets.certificate,
            common_name=name,
            dns_names=(self.host, f"{name}.{namespace}", name, "localhost"),
        )


def _server(
    image: str,
    resources: Resources,
    settings: Settings,
    secrets: ValkeySecrets,
    data: Sequence[Data],
) -> Container:
    answers = ExecCheck(command=(f"{_SETTINGS}/answers.sh",))
    return Container(
        name="valkey",
        image=image,
        resources=resources,
        command=[f"{_SETTINGS}/start.sh"],
        ports=[VALKEY],
        volumes=[
            ConfigFiles(
                name="settings",
                files={
                    "answers.sh": asset("answers.sh"),
                    "start.sh": asset("start.sh"),
                    "valkey.conf": settings.to_file(),
                },
                mount_path=_SETTINGS,
                executable=True,
            ),
            SecretFiles(
                secret=secrets.client,
                mount_path="/run/secrets/client",
                keys=tuple(key for key in ("password", NEXT) if key in secrets.client.keys),
            ),
            SecretFiles(secret=secrets.monitor, mount_path="/run/secrets/monitor"),
            SecretFiles(secret=secrets.certificate, mount_path=TLS),
            *data,
        ],
        # Long enough to read the commands of many gigabytes.
        startup=Probe(check=answers, period_seconds=5, timeout_seconds=5, failure_threshold=120),
        readiness=Probe(check=answers, timeout_seconds=5),
        # A long command keeps it from answering, but not from accepting.
        liveness=Probe(check=TcpCheck(), port=VALKEY.number, failure_threshold=6),
    )


def _exporter(image: str, secrets: ValkeySecrets) -> Container:
    return Container(
        name="exporter",
        image=image,
        resources=_EXPORTER,
        args=[
            f"--redis.addr=rediss://localhost:{VALKEY.number}",
            "--redis.user=monitor",
            f"--tls-ca-cert-file={TLS}/ca.crt",
            # It may not read the configuration, and needs none of it.
            "--config-command=-",
            f"--web.listen-address=:{_METRICS.number}",
            "--log-format=json",
        ],
        ports=[_METRICS],
        secret_env=[SecretEnv(name="REDIS_PASSWORD", secret=secrets.monitor, key="password")],
        volumes=[
            SecretFiles(secret=secrets.certificate, mount_path=TLS, keys=("ca.crt",)),
        ],
        # No readiness: the server serves without it.
        liveness=Probe(check=TcpCheck(), port=_METRICS.number),
    )
