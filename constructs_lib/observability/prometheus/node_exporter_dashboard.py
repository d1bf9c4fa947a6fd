"""The dashboard of nodes: CPU, memory, disks and network."""

from __future__ import annotations

from constructs_lib.facts.dashboards import Choice, Dashboard, DashboardFolder, Section, TimeSeries
from constructs_lib.facts.promql import highest, rate, series, total

_CHOSEN = 'node=~"$node"'
_DISKS = f'{_CHOSEN},fstype!~"tmpfs|overlay|squashfs|ramfs"'


def dashboard() -> Dashboard:
    """Return the dashboard of all nodes."""
    return Dashboard(
        uid="nodes",
        title="Nodes",
        folder=DashboardFolder.PLATFORM,
        description="How busy, how full and how pressed each machine is.",
        sections=(_cpu(), _memory(), _disks(), _network()),
        variables=(Choice("node", "Node", "label_values(node_uname_info, node)"),),
        alerts=_CHOSEN,
    )


def _cpu() -> Section:
    seconds, load, pressure = (
        "node_cpu_seconds_total",
        "node_load1",
        "node_pressure_cpu_waiting_seconds_total",
    )
    idle = (_CHOSEN, 'mode="idle"')
    busy = f"1 - avg by (node) ({rate(seconds, *idle)})"
    loaded = total(series(load, _CHOSEN), "node")
    cores = f"count by (node) ({series(seconds, *idle)})"
    return Section(
        title="CPU",
        panels=(
            TimeSeries("Busy", "percentunit", {"{{node}}": busy}, limit=0.9),
            TimeSeries(
                "Waiting tasks",
                "percentunit",
                {"{{node}}": total(rate(pressure, _CHOSEN), "node")},
                description="The share of time in which some task waited for a core.",
            ),
            TimeSeries("Load of a core", "none", {"{{node}}": f"{loaded} / {cores}"}),
        ),
    )


def _memory() -> Section:
    available, everything, faults = (
        "node_memory_MemAvailable_bytes",
        "node_memory_MemTotal_bytes",
        "node_vmstat_pgmajfault",
    )
    return Section(
        title="Memory",
        panels=(
            TimeSeries(
                "Used",
                "percentunit",
                {"{{node}}": f"1 - {series(available, _CHOSEN)} / {series(everything, _CHOSEN)}"},
                limit=0.9,
            ),
            TimeSeries(
                "Pages read from disk",
                "ops",
                {"{{node}}": total(rate(faults, _CHOSEN), "node")},
                description="Many tell that memory is short.",
            ),
        ),
    )


def _disks() -> Section:
    free, size, busy = (
        "node_filesystem_avail_bytes",
        "node_filesystem_size_bytes",
        "node_disk_io_time_seconds_total",
    )
    return Section(
        title="Disks",
        panels=(
            TimeSeries(
                "Full",
                "percentunit",
                {
                    "{{node}} {{mountpoint}}": highest(
                        f"1 - {series(free, _DISKS)} / {series(size, _DISKS)}", "node", "mountpoint"
                    )
                },
                limit=0.85,
            ),
            TimeSeries(
                "Busy",
                "percentunit",
                {"{{node}} {{device}}": total(rate(busy, _CHOSEN), "node", "device")},
            ),
        ),
    )


def _network() -> Section:
    received, sent, dropped = (
        "node_network_receive_bytes_total",
        "node_network_transmit_bytes_total",
        "node_network_receive_drop_total",
    )
    links = f'{_CHOSEN},device!="lo"'
    return Section(
        title="Network",
        panels=(
            TimeSeries(
                "Bytes",
                "Bps",
                {
                    "{{node}} received": total(rate(received, links), "node"),
                    "{{node}} sent": total(rate(sent, links), "node"),
                },
            ),
            TimeSeries("Dropped", "pps", {"{{node}}": total(rate(dropped, links), "node")}),
        ),
    )
