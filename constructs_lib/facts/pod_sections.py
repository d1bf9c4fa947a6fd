"""Sections of dashboards about the pods of a Deployment and the processes in them."""

from __future__ import annotations

from constructs_lib.facts.dashboards import Section, TimeSeries
from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import increase, rate, series, total


def process_section(pods: str) -> Section:
    """Return the section about memory and files of processes.

    Args:
        pods: the matchers of the series that they expose.
    """
    resident, opened, most = (
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
    )
    return Section(
        title="Process",
        panels=(
            TimeSeries("Memory", "bytes", {"{{pod}}": total(series(resident, pods), "pod")}),
            TimeSeries(
                "Open files",
                "percentunit",
                {"{{pod}}": f"{series(opened, pods)} / {series(most, pods)}"},
                limit=0.8,
            ),
        ),
    )


def pods_section(peer: Peer) -> Section:
    """Return the section about CPU, memory, restarts and number of the pods of a Deployment.

    Args:
        peer: its pods.
    """
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
        panels=(
            TimeSeries("CPU, of the request", "percentunit", {"{{pod}}": f"{used} / {requested}"}),
            TimeSeries(
                "Memory, of the limit", "percentunit", {"{{pod}}": f"{held} / {limit}"}, limit=0.9
            ),
            TimeSeries("Restarts", "short", {"{{pod}}": total(increase(restarts, pods), "pod")}),
            TimeSeries("Replicas", "short", {"running": f"count({held})"}),
        ),
    )
