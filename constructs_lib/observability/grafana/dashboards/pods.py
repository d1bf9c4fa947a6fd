"""What the pods of one workload use, as the kubelets and kube-state-metrics tell it."""

from __future__ import annotations

from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import increase, rate, series, total
from constructs_lib.observability.grafana.board import Section
from constructs_lib.observability.grafana.panels import graph


def pods_use(peer: Peer) -> Section:
    """Return the section of the pods of a Deployment, on all its tracks."""
    # Others know no label of a pod, but its name: that of the ReplicaSet, and five characters.
    named = f'pod=~"{peer.name}(-(blue|green|canary))?-[a-z0-9]{{6,10}}-[a-z0-9]{{5}}"'
    pods = f'namespace="{peer.namespace}",{named}'
    containers = f'{pods},container!=""'
    cpu, requests, memory, limits, restarts = (
        "container_cpu_usage_seconds_total",
        "kube_pod_container_resource_requests",
        "container_memory_working_set_bytes",
        "kube_pod_container_resource_limits",
        "kube_pod_container_status_restarts_total",
    )
    used, requested = (
        total(rate(cpu, containers), "pod"),
        total(series(requests, pods, 'resource="cpu"'), "pod"),
    )
    held, limit = (
        total(series(memory, containers), "pod"),
        total(series(limits, pods, 'resource="memory"'), "pod"),
    )
    return Section(
        title="Pods",
        needs=(cpu, requests, memory, limits, restarts),
        panels=(
            graph("CPU, of the request", "percentunit", {"{{pod}}": f"{used} / {requested}"}),
            graph(
                "Memory, of the limit", "percentunit", {"{{pod}}": f"{held} / {limit}"}, limit=0.9
            ),
            graph("Restarts", "short", {"{{pod}}": total(increase(restarts, pods), "pod")}),
            graph("Replicas", "short", {"running": f"count({held})"}),
        ),
    )
