"""The files that dashboards are: one a ConfigMap, and one that tells where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdk8s import Yaml

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.published import Facts
from constructs_lib.observability.grafana.data_sources import PROVISIONING
from constructs_lib.observability.grafana.folders import DashboardFolder
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.pods.configuration import ConfigFiles, ReloadedFiles

_DASHBOARDS = "/etc/grafana/dashboards"
_HOME = "overview.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardFiles:
    """Dashboards by the folders that they lie in.

    Args:
        by_folder: each with the files of its dashboards.
    """

    by_folder: Mapping[DashboardFolder, Sequence[ConfigFiles]]

    @classmethod
    def of(cls, watched: Sequence[Facts], *, with_logs: bool) -> DashboardFiles:
        """Return the dashboards of what is watched, and of the lines of log if there are any."""
        # The SDK takes a tenth of a second, which only those pay who make dashboards.
        from constructs_lib.observability.grafana.dashboards.catalog import boards  # noqa: PLC0415

        by_folder: dict[DashboardFolder, list[ConfigFiles]] = {}
        for board in boards(watched, with_logs=with_logs):
            # Grafana looks for changes itself: a new panel restarts nothing.
            by_folder.setdefault(board.folder, []).append(
                ReloadedFiles(
                    name=f"dashboard-{board.uid}",
                    files={f"{board.uid}.json": board.to_json()},
                    mount_path=f"{_DASHBOARDS}/{board.folder.value}/{board.uid}",
                )
            )
        return cls(by_folder=by_folder)

    @property
    def files(self) -> list[ConfigFiles]:
        """All of them, and the one that names their folders."""
        return [self._providers(), *(each for files in self.by_folder.values() for each in files)]

    @property
    def home(self) -> Mapping[str, str]:
        """The variable that names the dashboard that people see first, if it is there."""
        for each in self.files:
            if _HOME in each.files:
                return {"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": f"{each.mount_path}/{_HOME}"}
        return {}

    def check(self, teams: Sequence[DashboardTeam]) -> None:
        """Refuse teams that name a folder of which there is nothing."""
        for team in teams:
            for folder in team.folders:
                if folder not in self.by_folder:
                    raise ConfigurationError(
                        "DashboardTeam.folders",
                        folder.value,
                        f"use one of {', '.join(self.by_folder)}: what is watched has no other",
                    )

    def _providers(self) -> ConfigFiles:
        providers = [
            {
                "name": folder.value,
                "orgId": 1,
                "folder": folder.label,
                "folderUid": folder.value,
                "type": "file",
                "disableDeletion": True,
                "allowUiUpdates": False,
                "options": {"path": f"{_DASHBOARDS}/{folder.value}"},
            }
            for folder in self.by_folder
        ]
        return ConfigFiles(
            name="dashboards",
            files={"dashboards.yaml": Yaml.stringify({"apiVersion": 1, "providers": providers})},
            mount_path=f"{PROVISIONING}/dashboards",
        )
