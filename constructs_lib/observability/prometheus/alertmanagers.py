"""Alertmanager: a cluster that sends each notification once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    all_there,
)
from constructs_lib.facts.endpoints import HttpEndpoint
from constructs_lib.facts.network import Call, Port, TransportProtocol
from constructs_lib.facts.promql import increase, total
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.observability.prometheus.alerting import Alerting
from constructs_lib.observability.prometheus.alertmanager_configuration import alertmanager_yaml
from constructs_lib.observability.prometheus.notifications import TEMPLATES
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.service import cluster_ip_service, member_names
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.pods.volume_claims import Data

_HTTP = Port(name="http", number=9093)
_GOSSIP = (
    Port(name="gossip", number=9094),
    Port(name="gossip-udp", number=9094, protocol=TransportProtocol.UDP),
)
_METRICS = (
    "alertmanager_alerts",
    "alertmanager_cluster_members",
    "alertmanager_config_last_reload_successful",
    "alertmanager_notifications_failed_total",
    "alertmanager_notifications_total",
    "alertmanager_silences",
)
_DATA = "/alertmanager"
_ALERTS = (
    AlertRule(
        name="AlertmanagerFailedToSendAlerts",
        expression="sum by (namespace, integration) "
        "(increase(alertmanager_notifications_failed_total[15m])) > 0",
        for_seconds=300,
        severity=Severity.PAGE,
        summary="Messages by {{ $labels.integration }} do not arrive.",
        runbook="monitoring",
    ),
    AlertRule(
        name="AlertmanagerMembersInconsistent",
        expression="min by (namespace) (alertmanager_cluster_members) < "
        "count by (namespace) (alertmanager_cluster_members)",
        for_seconds=900,
        severity=Severity.TICKET,
        summary="The Alertmanagers do not know each other: messages come twice.",
        runbook="monitoring",
    ),
)


class Alertmanagers(Part):
    """A StatefulSet of Alertmanagers that gossip about notifications and silences.

    Args:
        scope: an observability stack.
        context: shared by all parts.
        alerting: the receivers.

    Attributes:
        alerting: the same.
        members: the endpoint of each server.
    """

    def __init__(
        self,
        scope: Construct,
        context: StackContext,
        *,
        alerting: Alerting,
    ) -> None:
        super().__init__(scope, identity_of("alertmanager", context.monitoring))
        self.alerting = alerting
        servers = context.sizes.alertmanager.count
        names = member_names(context.cluster, self.identity, servers)
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            containers=[_process(context, alerting, names)],
            grace_period_seconds=60,
        )
        pod = extended(pod, context.extra_containers)
        made = stateful_set(self, pod, replicas=servers)
        service = cluster_ip_service(self, pod.peer, ports={_HTTP.name: _HTTP.number})
        self.members = [
            HttpEndpoint(host=name, port=_HTTP.number, target=pod.peer, target_port=_HTTP.name)
            for name in names
        ]
        told = Facts(
            metrics=(
                MetricsEndpoint(peer=pod.peer, port=_HTTP.name, path="/metrics", names=_METRICS),
            ),
            alerts=_ALERTS,
            dashboards=(_dashboard(servers),),
            calls=(
                *(Call(source=pod.peer, target=pod.peer, port=port.name) for port in _GOSSIP),
                *(
                    Call(source=pod.peer, target=receiver.target, port=port.name)
                    for receiver in alerting.each_receiver
                    for port in receiver.target.ports
                ),
            ),
        )
        self.facts = made.joined(service, told)


def _dashboard(servers: int) -> Dashboard:
    sent, failed, members = (
        "alertmanager_notifications_total",
        "alertmanager_notifications_failed_total",
        "alertmanager_cluster_members",
    )
    notifications = Section(
        title="Notifications",
        panels=(
            Stat(
                "Alertmanagers that see each other",
                "short",
                f"min({members})",
                thresholds=all_there(servers),
            ),
            TimeSeries(
                "Sent and failed",
                "short",
                {
                    "{{integration}} sent": total(increase(sent), "integration"),
                    "{{integration}} failed": total(increase(failed), "integration"),
                },
            ),
        ),
    )
    return Dashboard(
        uid="alertmanager",
        title="Alertmanager",
        folder=DashboardFolder.PLATFORM,
        description="Whether alerts arrive.",
        sections=(notifications,),
        alerts='alertname=~"Alertmanager.*"',
    )


def _process(context: StackContext, alerting: Alerting, members: Sequence[str]) -> Container:
    addresses, configuration = context.cluster.addresses, alertmanager_yaml(alerting)
    return Container(
        name="alertmanager",
        image=context.images.alertmanager,
        resources=context.sizes.alertmanager.resources,
        args=[
            "--config.file=/etc/alertmanager/config/alertmanager.yml",
            f"--storage.path={_DATA}",
            "--data.retention=120h",
            "--log.format=json",
            f"--web.external-url={alerting.alertmanager_url}",
            "--web.route-prefix=/",
            f"--cluster.listen-address={addresses.with_port(addresses.wildcard, 9094)}",
            f"--cluster.advertise-address={addresses.with_port('$(POD_IP)', 9094)}",
            *(f"--cluster.peer={member}:9094" for member in members),
        ],
        ports=[_HTTP, *_GOSSIP],
        pod_env={"POD_IP": "status.podIP"},
        volumes=[
            ConfigFiles(
                name="configuration",
                files={
                    "alertmanager.yml": configuration,
                    "notifications.tmpl": TEMPLATES,
                },
                mount_path="/etc/alertmanager/config",
            ),
            *(
                SecretFiles(
                    secret=replace(
                        secret,
                        keys=tuple(
                            key for key in secret.keys if f"{directory}/{key}" in configuration
                        ),
                    ),
                    mount_path=directory,
                )
                for directory, secret in alerting.secrets.items()
            ),
            Data(name="data", mount_path=_DATA, storage_class=context.metrics.storage, size="1Gi"),
        ],
        readiness=Probe(check=HttpCheck(path="/-/ready"), port=_HTTP.number),
        liveness=Probe(check=HttpCheck(path="/-/healthy"), port=_HTTP.number),
    )
