"""Filebeat: ships the logs of pods from each node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdk8s import Yaml
from constructs import Construct

from constructs_lib.cluster import AddressFamily
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call, Neighbour, Peer, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import READ, KubernetesPermissions, PolicyRule
from constructs_lib.labels import TRACK
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.elk.audit_log import AuditLog
from constructs_lib.observability.elk.logstash import BEATS, Logstash
from constructs_lib.observability.elk.settings import Logs
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.daemon_set import daemon_set
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.hardening import NodeAgent
from constructs_lib.pods.placement import Placement, Toleration
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.rbac import namespaced_role
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.volumes import HostDirectory

_API = Port(name="api", number=5066)
_PODS = PolicyRule(resources=("pods",), verbs=READ)
_DATA = "/usr/share/filebeat/data"
_TLS = "/usr/share/filebeat/certs"


class Filebeat(Part):
    """The DaemonSet that ships the logs of the monitored pods, and of no others.

    It runs as root, since the files belong to root, without any capability. Hints in
    annotations of pods are not followed.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        logs: the Secrets of the log store.
        logstash: the output.
        read: the facts of all whose logs are shipped. Its own are not among them: what it
            logs of a line that it cannot send would be another.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        logs: Logs,
        logstash: Logstash,
        read: Sequence[Facts],
    ) -> None:
        super().__init__(scope, identity_of("filebeat", context.agents))
        configuration = filebeat_yaml(
            read,
            logstash=logstash.addresses,
            addresses=context.cluster.addresses,
            audit_log=logs.audit_log,
        )
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            containers=[_process(context, logs, configuration)],
            hardening=NodeAgent(),
            placement=Placement(
                tolerations=(Toleration(key=None),), priority_class="system-node-critical"
            ),
            permissions=KubernetesPermissions(rules=(_PODS,), api_server=context.api_server),
        )
        pod = extended(pod, context.extra_containers)
        made = daemon_set(self, pod, most_nodes=context.most_nodes)
        namespaces = {pods.namespace for each in read for pods in _read_pods(each)}
        for each in sorted(namespaces - {context.agents.name}):
            namespaced_role(self, self.identity, each, [_PODS])
        told = Facts(calls=(Call(source=pod.peer, target=logstash.peer, port=BEATS.name),))
        self.facts = made.joined(told)


def _process(context: StackContext, logs: Logs, configuration: str) -> Container:
    return Container(
        name="filebeat",
        image=context.images.filebeat,
        resources=context.sizes.filebeat,
        args=["-e", "-c", "/etc/filebeat/filebeat.yml"],
        ports=[_API],
        pod_env={"NODE_NAME": "spec.nodeName"},
        volumes=[
            ApiToken(),
            ConfigFiles(
                name="settings",
                files={"filebeat.yml": configuration},
                mount_path="/etc/filebeat",
            ),
            SecretFiles(secret=logs.secrets.filebeat, mount_path=_TLS, mode=0o440),
            HostDirectory(
                name="containers",
                path="/var/log/containers",
                mount_path="/var/log/containers",
            ),
            HostDirectory(name="pods", path="/var/log/pods", mount_path="/var/log/pods"),
            # Where cri-dockerd keeps the files that those are links to.
            HostDirectory(
                name="docker",
                path="/var/lib/docker/containers",
                mount_path="/var/lib/docker/containers",
            ),
            *([logs.audit_log.volume] if logs.audit_log else []),
            # How far each file has been read, beyond the life of the agent.
            HostDirectory(
                name="progress",
                path=f"/var/lib/{context.agents.name}-filebeat",
                mount_path=_DATA,
                read_only=False,
            ),
        ],
        liveness=Probe(check=HttpCheck(path="/"), port=_API.number, failure_threshold=6),
        readiness=Probe(check=HttpCheck(path="/"), port=_API.number),
    )


def filebeat_yaml(
    read: Sequence[Facts],
    *,
    logstash: Sequence[str],
    addresses: AddressFamily,
    audit_log: AuditLog | None = None,
) -> str:
    """Return the configuration: autodiscovery of the logs, and the output.

    Args:
        read: the facts of those whose logs are shipped.
        logstash: host and port of each Logstash.
        addresses: the address family of the probes.
        audit_log: of the API server; None for none.
    """
    host = addresses.wildcard
    if addresses.has_ipv6:
        # It reads an address of IPv6 in a URL only.
        host = f"http://{addresses.with_port(host, _API.number)}"
    namespaces = sorted({pods.namespace for each in read for pods in _read_pods(each)})
    providers = [
        {
            "type": "kubernetes",
            "namespace": namespace,
            "node": "${NODE_NAME}",
            # Or it would need the rights to watch nodes and the namespaces of others:
            # https://github.com/elastic/beats/issues/37179
            "add_resource_metadata": {
                "namespace": {"enabled": False},
                "node": {"enabled": False},
                "deployment": False,
                "cronjob": False,
            },
            # As they are stored; conditions name labels as the pods have them:
            # https://github.com/elastic/beats/issues/35741
            "labels.dedot": True,
            "templates": [template for each in read for template in _templates(each, namespace)],
        }
        for namespace in namespaces
    ]
    return Yaml.stringify(
        {
            "filebeat.autodiscover": {"providers": providers},
            **({"filebeat.inputs": [audit_log.input]} if audit_log else {}),
            "processors": [
                {"drop_fields": {"fields": ["agent", "ecs", "input"], "ignore_missing": True}}
            ],
            "http.enabled": True,
            "http.host": host,
            "http.port": _API.number,
            "output.logstash": {
                "hosts": list(logstash),
                # Or all agents would stay with the one that was there when the other restarted.
                "loadbalance": len(logstash) > 1,
                "ssl.certificate_authorities": [f"{_TLS}/ca.crt"],
                "ssl.certificate": f"{_TLS}/tls.crt",
                "ssl.key": f"{_TLS}/tls.key",
            },
            "logging.level": "warning",
        }
    )


def _templates(facts: Facts, namespace: str) -> list[dict[str, Any]]:
    formats = {(each.peer.namespace, each.peer.name): each.format for each in facts.logs}
    return [
        _template(pods, formats.get((namespace, pods.name), LogFormat.JSON))
        for pods in _read_pods(facts)
        if pods.namespace == namespace
    ]


def _read_pods(facts: Facts) -> list[Peer | Neighbour]:
    """Return the pods whose lines are shipped: those of the app, and neighbours that are named."""
    neighbours = [each.peer for each in facts.logs if isinstance(each.peer, Neighbour)]
    return [*facts.peers, *neighbours]


def _template(peer: Peer | Neighbour, written: LogFormat) -> dict[str, Any]:
    fields = {"name": peer.name, "log_format": written.name}
    return {
        "condition": {
            "and": [
                {"equals": {f"kubernetes.labels.{key}": value}}
                for key, value in sorted(peer.selector.items())
                if key != TRACK
            ]
        },
        "config": [
            {
                "type": "filestream",
                "id": f"{peer.name}-${{data.kubernetes.container.id}}",
                "paths": ["/var/log/containers/*-${data.kubernetes.container.id}.log"],
                "prospector.scanner.symlinks": True,
                # Short-lived jobs write less than the usual kilobyte.
                "prospector.scanner.fingerprint.length": 64,
                "parsers": [{"container": {}}, *_multiline(written)],
                # What the kubelet asks every few seconds, as access logs have it.
                "exclude_lines": [r"kube-probe/\d"],
                "processors": [{"add_fields": {"target": "service", "fields": fields}}],
            }
        ],
    }


def _multiline(written: LogFormat) -> list[dict[str, Any]]:
    """Return the parser that joins the lines of a traceback or statement into one event.

    Only those that are known to go on: what is not known is a line of its own.
    """
    if not written.continues:
        return []
    joined = {"type": "pattern", "pattern": "|".join(written.continues), "match": "after"}
    return [{"multiline": joined}]
