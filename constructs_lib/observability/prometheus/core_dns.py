"""CoreDNS, which the cluster has: its metrics, alerts and panels."""

from __future__ import annotations

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, TimeSeries
from constructs_lib.facts.network import Neighbour, Port, check_offered
from constructs_lib.facts.promql import quantile, rate, total
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.values import Value

_METRICS = "metrics"
# Of 1.14: https://github.com/coredns/coredns/tree/master/plugin/metrics#description
_RESPONSES = "coredns_dns_responses_total"
_SECONDS = "coredns_dns_request_duration_seconds_bucket"
_HITS, _MISSES = "coredns_cache_hits_total", "coredns_cache_misses_total"


class CoreDns(Value):
    """CoreDNS, for an observability stack to watch: failures and latency of names, and its cache.

    Prometheus gets the right to list the pods of its namespace, and a way out to them; where
    policies guard that namespace, they must let it in.

    Args:
        peer: its pods, as kubeadm and most clouds run them, with a port ``metrics``.

    Raises:
        ConfigurationError: a peer without that port.
    """

    peer: Neighbour = Neighbour(
        name="coredns",
        namespace="kube-system",
        selector={"k8s-app": "kube-dns"},
        ports=(Port(name=_METRICS, number=9153),),
    )

    def __post_init__(self) -> None:
        check_offered("CoreDns.peer", _METRICS, self.peer)

    @property
    def facts(self) -> Facts:
        """What is told to the stack."""
        failed = rate(_RESPONSES, 'rcode="SERVFAIL"', window="10m")
        answered = rate(_RESPONSES, window="10m")
        return Facts(
            metrics=(
                MetricsEndpoint(
                    peer=self.peer,
                    port=_METRICS,
                    path="/metrics",
                    names=(_RESPONSES, _SECONDS, _HITS, _MISSES),
                ),
            ),
            alerts=(
                AlertRule(
                    name="CoreDNSErrorsHigh",
                    expression=f"{total(failed)} / {total(answered)} > 0.03",
                    for_seconds=600,
                    severity=Severity.PAGE,
                    summary="{{ $value | humanizePercentage }} of all names are not resolved.",
                    runbook="dns",
                ),
                AlertRule(
                    name="CoreDNSLatencyHigh",
                    expression=f"{quantile(0.99, _SECONDS, window='10m')} > 4",
                    for_seconds=600,
                    severity=Severity.TICKET,
                    summary="One of a hundred names takes {{ $value | humanizeDuration }}.",
                    runbook="dns",
                ),
            ),
            dashboards=(_dashboard(),),
        )


def _dashboard() -> Dashboard:
    cached, asked = total(rate(_HITS)), total(rate(_MISSES))
    return Dashboard(
        uid="coredns",
        title="CoreDNS",
        folder=DashboardFolder.PLATFORM,
        description="Whether names are resolved, and how long it takes.",
        sections=(
            Section(
                title="Names",
                panels=(
                    TimeSeries("Answers", "reqps", {"{{rcode}}": total(rate(_RESPONSES), "rcode")}),
                    TimeSeries(
                        "Latency",
                        "s",
                        {"median": quantile(0.5, _SECONDS), "99 %": quantile(0.99, _SECONDS)},
                    ),
                    TimeSeries(
                        "From the cache",
                        "percentunit",
                        {"share": f"{cached} / ({cached} + {asked})"},
                    ),
                ),
            ),
        ),
        alerts='alertname=~"CoreDNS.*"',
    )
