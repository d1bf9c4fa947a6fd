"""The sections of load: connections, transactions, statements, cache hits and growth."""

from __future__ import annotations

from constructs_lib.facts.dashboards import Section, Table, TimeSeries
from constructs_lib.facts.promql import highest, increase, rate, series, total


def connections(pods: str) -> Section:
    """Return the section of connections and long transactions."""
    held, most, oldest, locks = (
        "pg_stat_activity_count",
        "pg_settings_max_connections",
        "pg_long_running_transactions_oldest_timestamp_seconds",
        "pg_locks_count",
    )
    return Section(
        title="Connections",
        panels=(
            TimeSeries(
                "Of all that there can be",
                "percentunit",
                {
                    "{{pod}}": f"{total(series(held, pods), 'pod')} / "
                    f"{highest(series(most, pods), 'pod')}"
                },
                limit=0.8,
            ),
            TimeSeries(
                "By state", "short", {"{{state}}": total(series(held, pods), "state")}, stacked=True
            ),
            TimeSeries(
                "Oldest transaction",
                "s",
                {"{{pod}}": highest(f"time() - ({series(oldest, pods)} > 0)", "pod")},
                description="What stays open keeps old rows alive, and locks.",
                limit=1800,
            ),
            TimeSeries(
                "Locks", "short", {"{{mode}}": total(series(locks, pods), "mode")}, stacked=True
            ),
        ),
    )


def transactions(pods: str) -> Section:
    """Return the section of commits and rollbacks."""
    committed, undone, deadlocks = (
        "pg_stat_database_xact_commit",
        "pg_stat_database_xact_rollback",
        "pg_stat_database_deadlocks",
    )
    given_up = total(rate(undone, pods))
    return Section(
        title="Transactions",
        panels=(
            TimeSeries(
                "Committed", "ops", {"{{datname}}": total(rate(committed, pods), "datname")}
            ),
            TimeSeries(
                "Rolled back",
                "percentunit",
                {"share of all": f"{given_up} / ({given_up} + {total(rate(committed, pods))})"},
            ),
            TimeSeries("Deadlocks", "short", {"all": total(increase(deadlocks, pods))}),
        ),
    )


def statements(pods: str) -> Section:
    """Return the section of the statements that take most of the time."""
    by = ("datname", "queryid")
    spent = total(rate("pg_stat_statements_seconds_total", pods), *by)
    called = total(rate("pg_stat_statements_calls_total", pods), *by)
    legend, most = "{{datname}} {{queryid}}", 10
    return Section(
        title="Statements",
        panels=(
            TimeSeries(
                "Most time, seconds in a second",
                "short",
                {legend: f"topk({most}, {spent})"},
                description="What they ask is below, by the same numbers.",
            ),
            TimeSeries(
                "Slowest, mean of a call", "s", {legend: f"topk({most}, {spent} / {called})"}
            ),
            TimeSeries("Most calls", "ops", {legend: f"topk({most}, {called})"}),
            Table(
                "What they ask",
                highest(series("pg_stat_statements_query_id", pods), "queryid", "query"),
            ),
        ),
    )


def reads(pods: str) -> Section:
    """Return the section of reads from cache and disk."""
    hit, read = "pg_stat_database_blks_hit", "pg_stat_database_blks_read"
    found, missed = total(rate(hit, pods), "pod"), total(rate(read, pods), "pod")
    return Section(
        title="Reads",
        panels=(
            TimeSeries(
                "Found in memory", "percentunit", {"{{pod}}": f"{found} / ({found} + {missed})"}
            ),
            TimeSeries("Blocks read from disk", "ops", {"{{pod}}": missed}),
        ),
    )


def growth(pods: str) -> Section:
    """Return the section of sizes and transaction ids."""
    size, age = "pg_database_size_bytes", "pg_database_wraparound_age_datfrozenxid_seconds"
    return Section(
        title="Growth",
        panels=(
            TimeSeries(
                "Databases", "bytes", {"{{datname}}": highest(series(size, pods), "datname")}
            ),
            TimeSeries(
                "Age of the oldest transaction number",
                "short",
                {"{{datname}}": highest(series(age, pods), "datname")},
                description="In transactions, not in seconds. At two thousand million writes stop.",
                limit=1_500_000_000,
            ),
        ),
    )
