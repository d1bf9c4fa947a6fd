"""Logstash: parses log lines, and queues them on disk while Elasticsearch is away."""

from __future__ import annotations

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.cluster import AddressFamily
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk import pipelines
from constructs_lib.observability.elk.assets import asset
from constructs_lib.observability.elk.audit_log import AUDIT
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.settings import ELASTIC, Logs
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import cluster_ip_service, member_names
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data
from constructs_lib.pods.volumes import Scratch

BEATS = Port(name="beats", number=5044)
_API = Port(name="api", number=9600)
_HOME = "/usr/share/logstash"
_CONFIGURATION = Scratch(mount_path="/config", size="16Mi")


class Logstash(Part):
    """A StatefulSet with persistent queues, so that an outage of Elasticsearch loses no line.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: storage and Secrets.
        elasticsearch: the output.

    Attributes:
        peer: its pods.
        addresses: host and port of each, among which an agent divides its lines.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        logs: Logs,
        elasticsearch: Elasticsearch,
    ) -> None:
        super().__init__(scope, identity_of("logstash", context.logging))
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            log_format=LogFormat.PLAIN,
            init_containers=[_prepare(context)],
            containers=[_process(context, logs, elasticsearch)],
            hardening=ELASTIC,
            # It empties its queue before it stops.
            grace_period_seconds=300,
        )
        pod = extended(pod, context.extra_containers)
        made = stateful_set(self, pod, replicas=context.sizes.logstash.count)
        service = cluster_ip_service(self, pod.peer, ports={BEATS.name: BEATS.number})
        told = Facts(calls=(elasticsearch.endpoint.called_by(pod.peer),))
        self.facts = made.joined(service, told)
        self.peer: Peer = pod.peer
        names = member_names(context.cluster, self.identity, context.sizes.logstash.count)
        self.addresses = [f"{name}:{BEATS.number}" for name in names]


def _settings(addresses: AddressFamily) -> str:
    return Yaml.stringify(
        {
            "api.http.host": addresses.wildcard,
            "config.reload.automatic": True,
            "config.reload.interval": "30s",
            # A renewed certificate is read without a restart.
            "ssl.reload.automatic": True,
            "queue.type": "persisted",
            # Less than the volume, with what Elasticsearch refused beside it.
            "queue.max_bytes": "6gb",
            "queue.drain": True,
            "dead_letter_queue.enable": True,
            "dead_letter_queue.max_bytes": "1gb",
            "dead_letter_queue.storage_policy": "drop_older",
            "xpack.monitoring.enabled": False,
        }
    )


def _pipelines() -> str:
    return Yaml.stringify(
        [
            {"pipeline.id": "main", "path.config": f"{_HOME}/pipeline/main.conf"},
            {
                "pipeline.id": "rejected",
                "path.config": f"{_HOME}/pipeline/rejected.conf",
                "queue.type": "memory",
                "dead_letter_queue.enable": False,
            },
        ]
    )


def _process(context: StackContext, logs: Logs, elasticsearch: Elasticsearch) -> Container:
    url, given = elasticsearch.url, context.sizes.logstash.resources
    heap = _heap(given)
    formats = [*context.log_formats, *([AUDIT] if logs.audit_log else [])]
    return Container(
        name="logstash",
        image=context.images.logstash,
        resources=given,
        command=[f"{_HOME}/bin/logstash", "--path.settings", "/config"],
        ports=[BEATS, _API],
        env={"LS_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}"},
        secret_env=[
            SecretEnv(name="ELASTICSEARCH_PASSWORD", secret=logs.secrets.users, key="logstash")
        ],
        volumes=[
            ConfigFiles(
                name="pipelines",
                files={
                    "main.conf": pipelines.main_pipeline(formats, elasticsearch=url),
                    "rejected.conf": pipelines.rejected_pipeline(elasticsearch=url),
                },
                mount_path=f"{_HOME}/pipeline",
            ),
            _CONFIGURATION,
            SecretFiles(secret=logs.secrets.logstash, mount_path=f"{_HOME}/certs", mode=0o440),
            logs.secrets.elasticsearch_authority,
            Data(name="queue", mount_path=f"{_HOME}/data", storage_class=logs.storage, size="10Gi"),
            Scratch(mount_path="/tmp", size="256Mi"),  # noqa: S108
        ],
        startup=Probe(check=HttpCheck(path="/"), port=_API.number, failure_threshold=30),
        readiness=Probe(check=HttpCheck(path="/"), port=_API.number),
        liveness=Probe(check=HttpCheck(path="/"), port=_API.number, failure_threshold=6),
    )


def _heap(given: Resources) -> str:
    """Return the heap, half of the memory; the rest is for what the JVM needs beside its heap."""
    mebibytes = int(given.amounts().memory / 2 / 2**20)
    return f"{mebibytes}m" if mebibytes % 1024 else f"{mebibytes // 1024}g"


def _prepare(context: StackContext) -> Container:
    return Container(
        name="prepare",
        image=context.images.logstash,
        resources=Resources(cpu="100m", memory="64Mi", ephemeral_storage="64Mi"),
        command=["/settings/prepare-logstash.sh"],
        volumes=[
            ConfigFiles(
                name="settings",
                files={
                    "logstash.yml": _settings(context.cluster.addresses),
                    "pipelines.yml": _pipelines(),
                    "prepare-logstash.sh": asset("prepare-logstash.sh"),
                },
                mount_path="/settings",
                executable=True,
            ),
            _CONFIGURATION,
        ],
    )
