"""Elasticsearch: its servers, and the job that configures them."""

from __future__ import annotations

from string import Template

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.published import Facts
from constructs_lib.labels import Identity
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.assets import asset
from constructs_lib.observability.elk.elasticsearch_setup import set_up_job
from constructs_lib.observability.elk.logs_dashboard import dashboard
from constructs_lib.observability.elk.settings import ELASTIC, Logs
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.checks import TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.service import cluster_ip_service, members_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data
from constructs_lib.pods.volumes import Scratch

_HTTP = Port(name="https", number=9200)
_TRANSPORT = Port(name="transport", number=9300)
_READY = Port(name="ready", number=8080)
_HOME = "/usr/share/elasticsearch"
_CONFIGURATION = Scratch(mount_path="/config", size="16Mi")
_TEMPORARY = Scratch(mount_path="/tmp", size="256Mi")  # noqa: S108
# What the image trusts, and who signed the certificate of the store of snapshots. The password of
# such stores is the same everywhere: it protects nothing that is secret.
_AUTHORITIES = (
    "-Djavax.net.ssl.trustStore=/config/authorities -Djavax.net.ssl.trustStorePassword=changeit"
)


class Elasticsearch(Part):
    """The StatefulSet that stores log lines, and the job that sets it up.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: retention, storage and Secrets.

    Attributes:
        endpoint: its HTTP API, over TLS.
    """

    def __init__(self, scope: Construct, context: StackContext, *, logs: Logs) -> None:
        super().__init__(scope, identity_of("elasticsearch", context.logging))
        pod = _pod(self.identity, context, logs)
        pod = extended(pod, context.extra_containers)
        servers = stateful_set(self, pod, replicas=logs.servers, min_ready_seconds=30)
        service = cluster_ip_service(self, pod.peer, ports={_HTTP.name: _HTTP.number})
        self.endpoint = HttpEndpoint(
            host=context.dns_name(self.identity),
            port=_HTTP.number,
            target=pod.peer,
            target_port=_HTTP.name,
        )
        set_up = set_up_job(self, context, logs=logs, url=self.url)
        snapshots = logs.snapshots
        self.facts = Facts(
            calls=(
                Call(source=pod.peer, target=pod.peer, port=_TRANSPORT.name),
                self.endpoint.called_by(set_up.peers[0]),
                *(snapshots.calls_by(pod.peer) if snapshots else ()),
            ),
            dashboards=(dashboard(),),
        ).joined(servers, service, set_up)

    @property
    def url(self) -> str:
        """The URL of its HTTP API."""
        return f"https://{self.endpoint.host}:{self.endpoint.port}"


def _pod(identity: Identity, context: StackContext, logs: Logs) -> Pod:
    return Pod(
        identity=identity,
        importance=Importance.OBSERVABILITY,
        init_containers=[_prepare(identity, context, logs)],
        containers=[_server(context.images.elasticsearch, logs)],
        hardening=ELASTIC,
        placement=logs.placement,
        grace_period_seconds=180,
    )


def _prepare(identity: Identity, context: StackContext, logs: Logs) -> Container:
    secrets, snapshots = logs.secrets, logs.snapshots
    members = ", ".join(f"{identity.name}-{number}" for number in range(logs.servers))
    settings = Template(asset("elasticsearch.yml")).safe_substitute(
        members=members,
        service=members_service(identity.name),
        wildcard=Yaml.stringify(context.cluster.addresses.wildcard).strip(),
    )
    keys = (
        [SecretFiles(secret=snapshots.secret, mount_path="/run/secrets/snapshots")]
        if snapshots
        else []
    )
    return Container(
        name="prepare",
        image=context.images.elasticsearch,
        resources=Resources(cpu="100m", memory="512Mi", ephemeral_storage="128Mi"),
        command=["/settings/prepare-elasticsearch.sh"],
        volumes=[
            ConfigFiles(
                name="settings",
                files={
                    "elasticsearch.yml": settings,
                    "prepare-elasticsearch.sh": asset("prepare-elasticsearch.sh"),
                },
                mount_path="/settings",
                executable=True,
            ),
            _CONFIGURATION,
            _data(logs),
            _TEMPORARY,
            SecretFiles(
                secret=secrets.users,
                mount_path="/run/secrets/users",
                keys=("set-up",),
                mode=0o440,
            ),
            *keys,
        ],
    )


def _data(logs: Logs) -> Data:
    return Data(name="data", mount_path=f"{_HOME}/data", storage_class=logs.storage, size=logs.size)


def _server(image: str, logs: Logs) -> Container:
    heap = int(logs.resources.amounts().memory / 2 / 2**20)
    options = f"-Xms{heap}m -Xmx{heap}m -Xlog:disable -Xlog:all=warning:stderr"
    if logs.snapshots and logs.snapshots.authority:
        options += f" {_AUTHORITIES}"
    return Container(
        name="elasticsearch",
        image=image,
        resources=logs.resources,
        ports=[_HTTP, _TRANSPORT, _READY],
        env={
            # Half for the heap; the other half caches the files.
            # Files of the garbage collector would fill the volume of logs: two gigabytes,
            # https://www.elastic.co/docs/reference/elasticsearch/jvm-settings#gc-logging
            "ES_JAVA_OPTS": options,
            "ES_PATH_CONF": "/config",
        },
        pod_env={
            "NODE_NAME": "spec.nodeName",
            "POD_IP": "status.podIP",
            "POD_NAME": "metadata.name",
        },
        volumes=[
            _CONFIGURATION,
            SecretFiles(
                secret=logs.secrets.elasticsearch,
                mount_path="/config/certs",
                keys=("tls.crt", "tls.key"),
            ),
            SecretFiles(secret=logs.secrets.members, mount_path="/config/members"),
            _data(logs),
            Scratch(mount_path=f"{_HOME}/logs", size="256Mi"),
            _TEMPORARY,
        ],
        startup=Probe(check=TcpCheck(), port=_READY.number, failure_threshold=60),
        readiness=Probe(check=TcpCheck(), port=_READY.number),
        liveness=Probe(check=TcpCheck(), port=_TRANSPORT.number, failure_threshold=6),
        # It leaves the Service before it stops to answer.
        pre_stop=["sleep", "20"],
    )
