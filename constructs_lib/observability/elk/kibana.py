"""Kibana: the user interface for searching logs."""

from __future__ import annotations

from dataclasses import replace

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.cluster import AddressFamily
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call, Port
from constructs_lib.facts.published import Facts
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.assets import asset
from constructs_lib.observability.elk.elasticsearch import Elasticsearch
from constructs_lib.observability.elk.settings import ELASTIC, Logs
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.checks import HttpsCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.job import job
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.volumes import Scratch
from constructs_lib.runtimes.node import heap_option

_HTTPS = Port(name="https", number=5601)
_HOME = "/usr/share/kibana"


class Kibana(Part):
    """The Deployment, and the job that imports the saved objects.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: the Secrets of the log store.
        elasticsearch: the log store.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        logs: Logs,
        elasticsearch: Elasticsearch,
    ) -> None:
        super().__init__(scope, identity_of("kibana", context.logging))
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            log_format=LogFormat.PLAIN,
            containers=[_process(context, logs, elasticsearch)],
            hardening=ELASTIC,
        )
        pod = extended(pod, context.extra_containers)
        servers = deployment(self, pod, replicas=context.sizes.kibana.count)
        service = cluster_ip_service(self, pod.peer, ports={_HTTPS.name: _HTTPS.number})
        url = f"https://{context.dns_name(self.identity)}:{_HTTPS.number}"
        importer = self._import(context, logs, url=url)
        self.facts = Facts(
            calls=(
                elasticsearch.endpoint.called_by(pod.peer),
                Call(source=importer.peers[0], target=pod.peer, port=_HTTPS.name),
            )
        ).joined(servers, service, importer)

    def _import(self, context: StackContext, logs: Logs, *, url: str) -> Facts:
        process = Container(
            name="import",
            # This image has curl.
            image=context.images.elasticsearch,
            resources=Resources(cpu="50m", memory="128Mi", ephemeral_storage="64Mi"),
            command=["/views/import-views.sh"],
            env={"URL": url},
            volumes=[
                ConfigFiles(
                    name="views",
                    # As Kibana exports its saved objects: change them there, and export them anew.
                    files={name: asset(name) for name in ("import-views.sh", "views.ndjson")},
                    mount_path="/views",
                    executable=True,
                ),
                SecretFiles(
                    secret=logs.secrets.users, mount_path="/run/secrets/users", keys=("views",)
                ),
                SecretFiles(
                    secret=logs.secrets.kibana, mount_path="/run/secrets/kibana", keys=("ca.crt",)
                ),
            ],
        )
        own = replace(self.identity, name=f"{self.identity.name}-views")
        pod = Pod(identity=own, containers=[process], hardening=ELASTIC, log_format=LogFormat.PLAIN)
        return job(self, extended(pod, context.extra_containers), deadline_seconds=7200)


def _process(context: StackContext, logs: Logs, elasticsearch: Elasticsearch) -> Container:
    secrets, given = logs.secrets, context.sizes.kibana.resources
    return Container(
        name="kibana",
        image=context.images.kibana,
        resources=given,
        command=[f"{_HOME}/config/start-kibana.sh"],
        ports=[_HTTPS],
        env={"NODE_OPTIONS": heap_option(given)},
        secret_env=[
            SecretEnv(name="ELASTICSEARCH_PASSWORD", secret=secrets.users, key="kibana"),
            SecretEnv(name="SECURITY_KEY", secret=secrets.kibana_keys, key="security-key"),
            SecretEnv(
                name="SAVED_OBJECTS_KEY",
                secret=secrets.kibana_keys,
                key="encryption-key",
            ),
            SecretEnv(
                name="REPORTING_KEY",
                secret=secrets.kibana_keys,
                key="reporting-key",
            ),
        ],
        volumes=[
            ConfigFiles(
                name="settings",
                files={
                    "kibana.yml": _settings(context.cluster.addresses, elasticsearch.url),
                    "start-kibana.sh": asset("start-kibana.sh"),
                },
                mount_path=f"{_HOME}/config",
                executable=True,
            ),
            SecretFiles(
                secret=secrets.kibana,
                mount_path="/run/secrets/tls",
                keys=("tls.crt", "tls.key"),
                mode=0o440,
            ),
            secrets.elasticsearch_authority,
            Scratch(mount_path=f"{_HOME}/data", size="256Mi"),
            Scratch(mount_path=f"{_HOME}/logs", size="64Mi"),
            Scratch(mount_path="/tmp", size="64Mi"),  # noqa: S108
        ],
        startup=Probe(check=TcpCheck(), port=_HTTPS.number, failure_threshold=30),
        readiness=Probe(check=HttpsCheck(path="/api/status"), port=_HTTPS.number),
        liveness=Probe(check=TcpCheck(), port=_HTTPS.number, failure_threshold=6),
    )


def _settings(addresses: AddressFamily, elasticsearch: str) -> str:
    return Yaml.stringify(
        {
            "server.host": addresses.wildcard,
            "server.name": "kibana",
            # People sign in here with the passwords of Elasticsearch.
            "server.ssl.enabled": True,
            "server.ssl.certificate": "/run/secrets/tls/tls.crt",
            "server.ssl.key": "/run/secrets/tls/tls.key",
            "elasticsearch.hosts": [elasticsearch],
            "elasticsearch.username": "kibana-server",
            "elasticsearch.password": "${ELASTICSEARCH_PASSWORD}",
            "xpack.security.encryptionKey": "${SECURITY_KEY}",
            "xpack.encryptedSavedObjects.encryptionKey": "${SAVED_OBJECTS_KEY}",
            "xpack.reporting.encryptionKey": "${REPORTING_KEY}",
            "elasticsearch.ssl.certificateAuthorities": ["/run/secrets/elasticsearch/ca.crt"],
            "ops.cGroupOverrides.cpuPath": "/",
            "ops.cGroupOverrides.cpuAcctPath": "/",
            "telemetry.optIn": False,
            "logging.root.level": "warn",
        }
    )
