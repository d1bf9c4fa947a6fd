"""The lines of log, searched from where the metrics are."""

from __future__ import annotations

from constructs_lib.observability.grafana.board import Board, Section
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.foundation import TextBoxVariable
from constructs_lib.observability.grafana.log_panels import lines, lines_per

_SEARCH = "$search"
_BAD = f"({_SEARCH}) AND log.level:(error OR fatal OR critical OR alert OR panic)"


def logs() -> Board:
    """Return the dashboard of all lines."""
    return Board(
        uid="logs",
        title="Logs",
        folder=DashboardFolder.LOGS,
        description="Lines of log by service, and those that match a search.",
        sections=(
            Section(
                title="How many",
                needs=(),
                panels=(
                    lines_per("Lines", "service.name", _SEARCH),
                    lines_per("Errors", "service.name", _BAD),
                    lines_per(
                        "Not understood",
                        "service.name",
                        f"({_SEARCH}) AND tags:*failure*",
                        description="Lines of a form that Logstash does not know; kept as text.",
                    ),
                ),
            ),
            Section(title="Lines", needs=(), panels=(lines("Newest first", _SEARCH),)),
        ),
        variables=(TextBoxVariable("search").label("Search").default_value("*"),),
    )
