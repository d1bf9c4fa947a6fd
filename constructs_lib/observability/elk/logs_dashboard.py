"""The dashboard that searches logs in Grafana."""

from __future__ import annotations

from constructs_lib.facts.dashboards import (
    Dashboard,
    DashboardFolder,
    LogLines,
    LogVolume,
    Section,
    TextBox,
)

_SEARCH = "$search"
_BAD = f"({_SEARCH}) AND log.level:(error OR fatal OR critical OR alert OR panic)"


def dashboard() -> Dashboard:
    """Return the dashboard of all log lines."""
    return Dashboard(
        uid="logs",
        title="Logs",
        folder=DashboardFolder.LOGS,
        description="Lines of log by service, and those that match a search.",
        sections=(
            Section(
                title="How many",
                panels=(
                    LogVolume("Lines", "service.name", _SEARCH),
                    LogVolume("Errors", "service.name", _BAD),
                    LogVolume(
                        "Not understood",
                        "service.name",
                        f"({_SEARCH}) AND tags:*failure*",
                        description="Lines of a form that Logstash does not know; kept as text.",
                    ),
                ),
            ),
            Section(title="Lines", panels=(LogLines("Newest first", _SEARCH),)),
        ),
        variables=(TextBox("search", "Search", "*"),),
    )
