"""The F5 NGINX Ingress Controller, which the cluster has: its metrics, alerts and panels."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, TimeSeries
from constructs_lib.facts.logs import LogFormat, PodLogs
from constructs_lib.facts.network import Neighbour, Port, check_offered
from constructs_lib.facts.promql import highest, increase, rate, total
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.traffic.nginx_controller import nginx_controller
from constructs_lib.values import Value

_METRICS = "metrics"
# Of 5.2: https://docs.nginx.com/nginx-ingress-controller/logging-and-monitoring/prometheus/
_RELOADED = "nginx_ingress_controller_nginx_last_reload_status"
_RELOAD_ERRORS = "nginx_ingress_controller_nginx_reload_errors_total"
_REQUESTS = "nginx_ingress_nginx_http_requests_total"
_CONNECTIONS = "nginx_ingress_nginx_connections_active"


class NginxController(Value):
    """The F5 NGINX Ingress Controller, for an observability stack to watch, lines and metrics.

    It exposes metrics where it is started with ``-enable-prometheus-metrics``, as its chart does.
    Prometheus and Filebeat get the right to list the pods of its namespace, and Prometheus a way
    out to them; where policies guard that namespace, they must let it in.

    Args:
        peer: its pods, as its chart runs them, with a port ``metrics``.

    Raises:
        ConfigurationError: a peer without that port.
    """

    peer: Neighbour = replace(nginx_controller(), ports=(Port(name=_METRICS, number=9113),))

    def __post_init__(self) -> None:
        check_offered("NginxController.peer", _METRICS, self.peer)

    @property
    def facts(self) -> Facts:
        """What is told to the stack."""
        return Facts(
            metrics=(
                MetricsEndpoint(
                    peer=self.peer,
                    port=_METRICS,
                    path="/metrics",
                    names=(_RELOADED, _RELOAD_ERRORS, _REQUESTS, _CONNECTIONS),
                ),
            ),
            alerts=(
                AlertRule(
                    name="NginxIngressReloadFailed",
                    expression=f"{highest(f'{_RELOADED} == bool 0', 'pod')} > 0",
                    for_seconds=300,
                    severity=Severity.TICKET,
                    summary="{{ $labels.pod }} goes on with hosts and routes as they were.",
                    runbook="ingress-controller",
                ),
            ),
            dashboards=(_dashboard(),),
            logs=(PodLogs(peer=self.peer, format=LogFormat.NGINX),),
        )


def _dashboard() -> Dashboard:
    return Dashboard(
        uid="nginx-controller",
        title="Ingress controller",
        folder=DashboardFolder.PLATFORM,
        description="What comes in, and whether new hosts and routes are taken.",
        sections=(
            Section(
                title="Ingress controller",
                panels=(
                    TimeSeries("Requests", "reqps", {"{{pod}}": total(rate(_REQUESTS), "pod")}),
                    TimeSeries("Connections", "short", {"{{pod}}": total(_CONNECTIONS, "pod")}),
                    TimeSeries(
                        "Configurations that nginx refused in an hour",
                        "short",
                        {"{{pod}}": total(increase(_RELOAD_ERRORS, window="1h"), "pod")},
                    ),
                ),
            ),
        ),
        alerts='alertname=~"NginxIngress.*"',
    )
