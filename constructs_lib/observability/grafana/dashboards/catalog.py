"""Which dashboards there are: those of what is watched."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from constructs_lib.facts.published import Facts
from constructs_lib.observability.exposed import metric_names, metrics_about_others
from constructs_lib.observability.grafana.board import Board
from constructs_lib.observability.grafana.dashboards.logging import logging
from constructs_lib.observability.grafana.dashboards.logs import logs
from constructs_lib.observability.grafana.dashboards.monitoring import monitoring
from constructs_lib.observability.grafana.dashboards.nodes import nodes
from constructs_lib.observability.grafana.dashboards.overview import overviews
from constructs_lib.observability.grafana.dashboards.postgres import postgres
from constructs_lib.observability.grafana.dashboards.tier import tier
from constructs_lib.observability.grafana.dashboards.workloads import workloads


def boards(watched: Sequence[Facts], *, with_logs: bool) -> list[Board]:
    """Return the dashboards of what is watched, and of the lines of log if there are any."""
    every, general = metric_names(watched), metrics_about_others(watched)
    shown = [
        *overviews(watched),
        *(board for facts in watched for board in _own(facts, general)),
        *(board.shown_of(every) for board in (workloads(), nodes(), monitoring(), logging())),
        *([logs()] if with_logs else []),
    ]
    return [board for board in shown if board.sections]


def _own(facts: Facts, general: Collection[str]) -> list[Board]:
    """Return the dashboards of one construct: of its metrics, and of those about all pods."""
    exposed = {*metric_names([facts]), *general}
    return [board.shown_of(exposed) for board in (*tier(facts), *postgres(facts))]
