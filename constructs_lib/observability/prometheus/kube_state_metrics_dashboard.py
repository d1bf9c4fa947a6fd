"""The dashboard of pods: usage of their requests and limits."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Choice,
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    worse_above,
)
from constructs_lib.facts.promql import highest, increase, rate, series, total

_CHOSEN = 'namespace=~"$namespace"'
_CONTAINERS = f'{_CHOSEN},container!=""'
_CPU, _THROTTLED, _PERIODS, _MEMORY = (
    "container_cpu_usage_seconds_total",
    "container_cpu_cfs_throttled_periods_total",
    "container_cpu_cfs_periods_total",
    "container_memory_working_set_bytes",
)
_REQUESTS, _LIMITS = (
    "kube_pod_container_resource_requests",
    "kube_pod_container_resource_limits",
)


def dashboard() -> Dashboard:
    """Return the dashboard of the pods of all namespaces."""
    return Dashboard(
        uid="workloads",
        title="Kubernetes workloads",
        folder=DashboardFolder.PLATFORM,
        description="What pods use of what they were given, what holds them up, and what fails.",
        sections=(_health(), _cpu(), _memory(), _replicas(), _quotas(), _volumes()),
        variables=(Choice("namespace", "Namespace", "label_values(kube_pod_info, namespace)"),),
        alerts=_CHOSEN,
    )


def _health() -> Section:
    phase, restarts, reason = (
        "kube_pod_status_phase",
        "kube_pod_container_status_restarts_total",
        "kube_pod_container_status_waiting_reason",
    )
    return Section(
        title="Health",
        panels=(
            Stat("Running", "short", total(series(phase, _CHOSEN, 'phase="Running"'))),
            Stat(
                "Pending",
                "short",
                total(series(phase, _CHOSEN, 'phase="Pending"')),
                thresholds=worse_above(1, 5),
            ),
            Stat(
                "Restarts in an hour",
                "short",
                total(increase(restarts, _CHOSEN, window="1h")),
                thresholds=worse_above(1, 5),
            ),
            Stat(
                "Waiting",
                "short",
                f"{total(series(reason, _CHOSEN))} or vector(0)",
                thresholds=worse_above(1, 5),
                description="Containers that do not start: no image, a crash, a missing Secret.",
            ),
            TimeSeries(
                "Restarts",
                "short",
                {"{{namespace}}/{{pod}}": total(increase(restarts, _CHOSEN), "namespace", "pod")},
            ),
            TimeSeries(
                "Waiting for", "short", {"{{reason}}": total(series(reason, _CHOSEN), "reason")}
            ),
        ),
    )


def _cpu() -> Section:
    used = total(rate(_CPU, _CONTAINERS), "namespace", "pod")
    requested = total(series(_REQUESTS, _CHOSEN, 'resource="cpu"'), "namespace", "pod")
    throttled = total(rate(_THROTTLED, _CONTAINERS), "namespace", "pod")
    periods = total(rate(_PERIODS, _CONTAINERS), "namespace", "pod")
    return Section(
        title="CPU",
        panels=(
            TimeSeries("Used", "short", {"{{namespace}}/{{pod}}": used}, description="In cores."),
            TimeSeries(
                "Used of what was requested",
                "percentunit",
                {"{{namespace}}/{{pod}}": f"{used} / {requested}"},
            ),
            TimeSeries(
                "Throttled",
                "percentunit",
                {"{{namespace}}/{{pod}}": f"{throttled} / {periods}"},
                description="The share of the periods in which the limit was met.",
                limit=0.25,
            ),
        ),
    )


def _memory() -> Section:
    used = total(series(_MEMORY, _CONTAINERS), "namespace", "pod")
    limit = total(series(_LIMITS, _CHOSEN, 'resource="memory"'), "namespace", "pod")
    return Section(
        title="Memory",
        panels=(
            TimeSeries("Used", "bytes", {"{{namespace}}/{{pod}}": used}),
            TimeSeries(
                "Used of the limit",
                "percentunit",
                {"{{namespace}}/{{pod}}": f"{used} / {limit}"},
                description="At the limit the container is killed.",
                limit=0.9,
            ),
        ),
    )


def _replicas() -> Section:
    wanted, available = (
        "kube_deployment_spec_replicas",
        "kube_deployment_status_replicas_available",
    )
    now, most = (
        "kube_horizontalpodautoscaler_status_current_replicas",
        "kube_horizontalpodautoscaler_spec_max_replicas",
    )
    missing = f"{series(wanted, _CHOSEN)} - {series(available, _CHOSEN)}"
    return Section(
        title="Replicas",
        panels=(
            TimeSeries("Missing", "short", {"{{namespace}}/{{deployment}}": missing}),
            TimeSeries(
                "Of the most that the autoscaler may have",
                "percentunit",
                {
                    "{{namespace}}/{{horizontalpodautoscaler}}": (
                        f"{series(now, _CHOSEN)} / {series(most, _CHOSEN)}"
                    )
                },
            ),
        ),
    )


def _quotas() -> Section:
    quota = "kube_resourcequota"
    used, hard = series(quota, _CHOSEN, 'type="used"'), series(quota, _CHOSEN, 'type="hard"')
    by = ("namespace", "resource")
    return Section(
        title="Quotas",
        panels=(
            TimeSeries(
                "Used of the quota",
                "percentunit",
                {"{{namespace}}: {{resource}}": f"{highest(used, *by)} / {highest(hard, *by)} > 0"},
                limit=0.9,
            ),
        ),
    )


def _volumes() -> Section:
    used, capacity = "kubelet_volume_stats_used_bytes", "kubelet_volume_stats_capacity_bytes"
    return Section(
        title="Volumes",
        panels=(
            TimeSeries(
                "Full",
                "percentunit",
                {
                    "{{namespace}}/{{persistentvolumeclaim}}": (
                        f"{series(used, _CHOSEN)} / {series(capacity, _CHOSEN)}"
                    )
                },
                limit=0.85,
            ),
        ),
    )
