"""cert-manager, which the cluster has: its metrics, alerts and panels."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, Table, TimeSeries
from constructs_lib.facts.network import Neighbour, Port, check_offered
from constructs_lib.facts.promql import highest, series
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.values import Value

_METRICS = "metrics"
# Of 1.19: https://cert-manager.io/docs/devops-tips/prometheus-metrics/
_READY = "certmanager_certificate_ready_status"
_EXPIRATION = "certmanager_certificate_expiration_timestamp_seconds"
_RENEWAL = "certmanager_certificate_renewal_timestamp_seconds"
_NOT_READY = highest(series(_READY, 'condition!="True"'), "name", "namespace")


class CertManager(Value):
    """cert-manager, for an observability stack to watch: certificates that are not renewed.

    Prometheus gets the right to list the pods of its namespace, and a way out to them; where
    policies guard that namespace, they must let it in. All certificates of the cluster are told.

    Args:
        peer: the pods of its controller, as its chart runs them, with a port ``metrics``.

    Raises:
        ConfigurationError: a peer without that port.
    """

    peer: Neighbour = Neighbour(
        name="cert-manager",
        namespace="cert-manager",
        selector={"app.kubernetes.io/component": "controller"},
        ports=(Port(name=_METRICS, number=9402),),
    )

    def __post_init__(self) -> None:
        check_offered("CertManager.peer", _METRICS, self.peer)

    @property
    def facts(self) -> Facts:
        """What is told to the stack."""
        overdue = highest(f"time() - ({_RENEWAL} > 0)", "name", "namespace")
        return Facts(
            metrics=(
                MetricsEndpoint(
                    peer=self.peer,
                    port=_METRICS,
                    path="/metrics",
                    names=(_READY, _EXPIRATION, _RENEWAL),
                    # Its series have the namespaces of certificates, not its own.
                    about_others=True,
                ),
            ),
            alerts=(
                AlertRule(
                    name="CertManagerCertNotReady",
                    expression=f"{_NOT_READY} == 1",
                    for_seconds=600,
                    severity=Severity.TICKET,
                    summary="The certificate {{ $labels.name }} is not ready.",
                    runbook="certificates",
                ),
                AlertRule(
                    name="CertManagerCertRenewalOverdue",
                    # Six hours, in which its usual tries are over.
                    expression=f"{overdue} > 21600",
                    for_seconds=900,
                    severity=Severity.TICKET,
                    summary="The certificate {{ $labels.name }} was to be renewed "
                    "{{ $value | humanizeDuration }} ago.",
                    runbook="certificates",
                ),
            ),
            dashboards=(_dashboard(),),
        )


def _dashboard() -> Dashboard:
    ends = f"{_EXPIRATION} - time()"
    return Dashboard(
        uid="cert-manager",
        title="Certificates",
        folder=DashboardFolder.PLATFORM,
        description="When certificates of cert-manager end, and which are not ready.",
        sections=(
            Section(
                title="Certificates",
                panels=(
                    TimeSeries(
                        "Time left",
                        "s",
                        {"{{namespace}}/{{name}}": f"min by (namespace, name) ({ends})"},
                    ),
                    Table("Not ready", f"{_NOT_READY} == 1"),
                ),
            ),
        ),
        alerts='alertname=~"CertManager.*"',
    )
