"""The folders that dashboards lie in, which teams may be the only ones to see."""

from __future__ import annotations

from enum import StrEnum


class DashboardFolder(StrEnum):
    """A folder of dashboards; its value is the last part of its address."""

    SERVICES = "services"
    PLATFORM = "platform"
    LOGS = "logs"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.capitalize()
