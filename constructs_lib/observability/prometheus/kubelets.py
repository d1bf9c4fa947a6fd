"""The metrics of kubelets: containers and volumes."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.network import Port
from constructs_lib.facts.promql import increase, series, total

PORT = Port(name="kubelet", number=10250)
# Those that alerts and dashboards use; the rest is a multiple of them.
METRICS = (
    "container_cpu_cfs_periods_total",
    "container_cpu_cfs_throttled_periods_total",
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "container_network_receive_bytes_total",
    "container_network_transmit_bytes_total",
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    "kubelet_volume_stats_used_bytes",
)


def alerts(namespaces: Sequence[str]) -> tuple[AlertRule, ...]:
    """Return the alerts on containers and volumes.

    Args:
        namespaces: those of the platform; kubelets export all.
    """
    ours = f'namespace=~"{"|".join(namespaces)}"'
    # Without a container, the kubelet tells of the whole pod.
    throttled, periods = (
        total(
            increase(f"container_cpu_cfs_{name}_total", ours, 'container!=""', window="15m"),
            "namespace",
            "pod",
            "container",
        )
        for name in ("throttled_periods", "periods")
    )
    left = series("kubelet_volume_stats_available_bytes", ours)
    share = f"{left} / {series('kubelet_volume_stats_capacity_bytes', ours)}"
    return (
        AlertRule(
            name="CPUThrottlingHigh",
            expression=f"{throttled} / {periods} > 0.25",
            for_seconds=1800,
            severity=Severity.TICKET,
            summary="{{ $labels.container }} of {{ $labels.pod }} waits for CPU in a quarter of "
            "all periods.",
            runbook="resources",
        ),
        AlertRule(
            name="KubePersistentVolumeFillingUp",
            # A restore fills a volume fast, and ends: while there is room nothing is foreseen.
            expression=f"{share} < 0.1 or "
            f"({share} < 0.3 and predict_linear({left}[6h], 86400) < 0)",
            for_seconds=1800,
            severity=Severity.PAGE,
            summary="{{ $labels.persistentvolumeclaim }} is nearly full, or will be within a day.",
            runbook="volumes",
        ),
    )
