"""The poolers before a PostgreSQL cluster: who waits for a connection, and where they lead."""

from __future__ import annotations

from constructs_lib.facts.network import Peer
from constructs_lib.facts.promql import highest, pods_of, series, total
from constructs_lib.observability.grafana.board import Section
from constructs_lib.observability.grafana.panels import graph


def sections(poolers: list[Peer]) -> list[Section]:
    """Return a section for each pooler."""
    return [_pooler(pooler.name, pods_of(pooler)) for pooler in poolers]


def _pooler(name: str, pods: str) -> Section:
    waiting, active, opened, servers = (
        "pgbouncer_pools_client_waiting_connections",
        "pgbouncer_pools_client_active_connections",
        "pgbouncer_pools_server_active_connections",
        "haproxy_backend_active_servers",
    )
    return Section(
        title=f"Pooler {name}",
        needs=(waiting, active, opened, servers),
        panels=(
            graph(
                "Waiting clients",
                "short",
                {"{{pod}}": total(series(waiting, pods), "pod")},
                description="More than none for long: the pool is too small, or queries too slow.",
            ),
            graph("Active clients", "short", {"{{pod}}": total(series(active, pods), "pod")}),
            graph(
                "Connections to the database",
                "short",
                {"{{pod}}": total(series(opened, pods), "pod")},
            ),
            graph(
                "Members that it leads to",
                "short",
                {"{{pod}} {{proxy}}": highest(series(servers, pods), "pod", "proxy")},
            ),
        ),
    )
