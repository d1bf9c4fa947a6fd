"""The dashboard of the logging pipeline: indexing, storage and search of Elasticsearch."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    Section,
    Stat,
    TimeSeries,
    all_there,
    worse_above,
)
from constructs_lib.facts.promql import highest, rate, series, total


def dashboard(*, servers: int) -> Dashboard:
    """Return the dashboard of the logging pipeline.

    Args:
        servers: of Elasticsearch.
    """
    return Dashboard(
        uid="logging",
        title="Logging pipeline",
        folder=DashboardFolder.PLATFORM,
        description="Whether lines arrive, are kept, and can be searched.",
        sections=(_cluster(servers), _intake(), _room()),
        alerts='alertname=~"Elasticsearch.*|Logstash.*|Filebeat.*"',
    )


def _cluster(servers: int) -> Section:
    status, members, unassigned = (
        "elasticsearch_cluster_health_status",
        "elasticsearch_cluster_health_number_of_nodes",
        "elasticsearch_cluster_health_unassigned_shards",
    )
    return Section(
        title="Cluster",
        panels=(
            Stat(
                "Red",
                "short",
                highest(series(status, 'color="red"')),
                thresholds=worse_above(1, 1),
                description="1 while some lines cannot be found or taken in.",
            ),
            Stat("Nodes", "short", f"min({members})", thresholds=all_there(servers)),
            Stat("Unassigned shards", "short", highest(unassigned), thresholds=worse_above(1, 10)),
        ),
    )


def _intake() -> Section:
    indexed, searched, rejected = (
        "elasticsearch_indices_indexing_index_total",
        "elasticsearch_indices_search_query_total",
        "elasticsearch_thread_pool_rejected_count",
    )
    return Section(
        title="Intake",
        panels=(
            TimeSeries(
                "Lines taken in", "ops", {"{{name}}": total(rate(indexed), "name")}, stacked=True
            ),
            TimeSeries("Searches", "ops", {"{{name}}": total(rate(searched), "name")}),
            TimeSeries(
                "Rejected",
                "ops",
                {"{{type}}": total(rate(rejected), "type")},
                description="Logstash tries again and keeps them in its queue meanwhile.",
            ),
        ),
    )


def _room() -> Section:
    free, size, heap, most = (
        "elasticsearch_filesystem_data_available_bytes",
        "elasticsearch_filesystem_data_size_bytes",
        "elasticsearch_jvm_memory_used_bytes",
        "elasticsearch_jvm_memory_max_bytes",
    )
    in_heap = 'area="heap"'
    return Section(
        title="Room",
        panels=(
            TimeSeries(
                "Disks",
                "percentunit",
                {"{{name}}": f"1 - {total(free, 'name')} / {total(size, 'name')}"},
                description="From 85 % on a node takes no new shards, from 95 % on nothing.",
                limit=0.85,
            ),
            TimeSeries(
                "Heap",
                "percentunit",
                {
                    "{{name}}": f"{total(series(heap, in_heap), 'name')} / "
                    f"{total(series(most, in_heap), 'name')}"
                },
                limit=0.9,
            ),
        ),
    )
