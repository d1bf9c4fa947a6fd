"""The provisioning files of dashboards, one a ConfigMap, and the one of their folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from cdk8s import Yaml

from constructs_lib.errors import reject
from constructs_lib.facts.dashboards import Dashboard, folder_title
from constructs_lib.facts.published import Facts
from constructs_lib.names import short_name
from constructs_lib.observability.grafana.dashboard_json import dashboard_json
from constructs_lib.observability.grafana.data_sources import PROVISIONING
from constructs_lib.observability.grafana.overview import overviews
from constructs_lib.observability.grafana.own_dashboards import JsonDashboard
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.observability.grafana.tier_dashboard import tier_dashboard
from constructs_lib.pods.configuration import ConfigFiles, ReloadedFiles
from constructs_lib.rules import check_distinct
from constructs_lib.values import Value

_DASHBOARDS = "/etc/grafana/dashboards"
_HOME = "overview.json"


def dashboards_of(read: Sequence[Facts]) -> list[Dashboard]:
    """Return the dashboards of service levels and indicators, and those in the facts."""
    return [*overviews(read), *(each for facts in read for each in _own(facts, read))]


def dashboard_addresses(read: Sequence[Facts], url: str) -> dict[str, str]:
    """Return where the first dashboard of each construct is, by its namespace and name.

    Args:
        read: the facts of all that Prometheus scrapes.
        url: of Grafana.
    """
    return {
        short_name(facts.peers[0].namespace, facts.peers[0].name): f"{url}/d/{first.uid}"
        for facts in read
        if facts.peers
        for first in _own(facts, read)[:1]
    }


def _own(facts: Facts, read: Sequence[Facts]) -> list[Dashboard]:
    """Return its dashboards, with the sections whose metrics exist.

    Those are of the construct itself, or about all pods.
    """
    about_all = frozenset[str]().union(*(each.metrics_about_others for each in read))
    own = list(facts.dashboards)
    if facts.indicator is not None and facts.peers:
        own.insert(0, tier_dashboard(facts.peers[0], facts.indicator))
    shown = (dashboard.shown_of(about_all | facts.metric_names) for dashboard in own)
    return [dashboard for dashboard in shown if dashboard.sections]


def _check_answered(dashboard: Dashboard | JsonDashboard, exposed: frozenset[str]) -> None:
    if isinstance(dashboard, JsonDashboard):
        return
    unknown = sorted({m for each in dashboard.sections for m in each.metrics} - exposed)
    if unknown:
        reject("Dashboards.own", dashboard.uid, f"nobody exposes {', '.join(unknown)}")


class DashboardFiles(Value):
    """The files of dashboards by folder.

    Args:
        by_folder: folder to files.
    """

    by_folder: Mapping[str, Sequence[ConfigFiles]]

    @classmethod
    def of(
        cls, read: Sequence[Facts], own: Sequence[Dashboard | JsonDashboard] = ()
    ) -> DashboardFiles:
        """Return the files of the dashboards of all constructs.

        Args:
            read: the facts of all constructs.
            own: further ones, which a program brings along.

        Raises:
            ConfigurationError: two of one uid, or one that asks for what nobody exposes.
        """
        shown = [*dashboards_of(read), *own]
        check_distinct("Dashboards.own", [dashboard.uid for dashboard in shown])
        exposed = frozenset[str]().union(*(facts.metric_names for facts in read))
        for dashboard in own:
            _check_answered(dashboard, exposed)
        by_folder: dict[str, list[ConfigFiles]] = {}
        for dashboard in shown:
            text = (
                dashboard_json(dashboard) if isinstance(dashboard, Dashboard) else dashboard.json()
            )
            # Grafana looks for changes itself: a new panel restarts nothing.
            by_folder.setdefault(str(dashboard.folder), []).append(
                ReloadedFiles(
                    name=f"dashboard-{dashboard.uid}",
                    files={f"{dashboard.uid}.json": text},
                    mount_path=f"{_DASHBOARDS}/{dashboard.folder}/{dashboard.uid}",
                )
            )
        return cls(by_folder=by_folder)

    @property
    def files(self) -> list[ConfigFiles]:
        """All files, with the one that declares their folders."""
        return [self._providers(), *(each for files in self.by_folder.values() for each in files)]

    @property
    def home(self) -> Mapping[str, str]:
        """The variable that sets the home dashboard, if it is there."""
        for each in self.files:
            if _HOME in each.files:
                return {"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": f"{each.mount_path}/{_HOME}"}
        return {}

    def for_teams(self, teams: Sequence[DashboardTeam]) -> Self:
        """Return them; teams that name a folder without dashboards are refused."""
        for team in teams:
            if team.name in self.by_folder:
                reject("DashboardTeam.name", team.name, "use another: a folder has this one")
            for folder in team.folders:
                if folder not in self.by_folder:
                    reject(
                        "DashboardTeam.folders",
                        str(folder),
                        f"use one of {', '.join(self.by_folder)}: what is watched has no other",
                    )
        return self

    def _providers(self) -> ConfigFiles:
        providers = [
            {
                "name": folder,
                "orgId": 1,
                "folder": folder_title(folder),
                "folderUid": folder,
                "type": "file",
                "disableDeletion": True,
                "allowUiUpdates": False,
                "options": {"path": f"{_DASHBOARDS}/{folder}"},
            }
            for folder in self.by_folder
        ]
        return ConfigFiles(
            name="dashboards",
            files={"dashboards.yaml": Yaml.stringify({"apiVersion": 1, "providers": providers})},
            mount_path=f"{PROVISIONING}/dashboards",
        )
