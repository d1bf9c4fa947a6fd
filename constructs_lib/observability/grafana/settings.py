"""Settings of Grafana: host, sign-on, teams and storage."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.facts.dashboards import Dashboard
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.observability.grafana.own_dashboards import JsonDashboard
from constructs_lib.observability.grafana.own_sources import DataSource
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.storage import GrafanaStorage
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_distinct
from constructs_lib.traffic.host import Host
from constructs_lib.values import Value


class Dashboards(Value):
    """Settings of Grafana.

    Args:
        admin: the Secret with the keys ``password``, of the user ``admin``, and
            ``secret-key``, which encrypts secrets in the database and must never change.
        storage: `GrafanaVolume`, or `GrafanaDatabase` for several replicas.
        host: its public host, which it shares with nobody; None for port-forward only.
        sign_on: the OpenID Connect provider; None for the user ``admin`` only.
        own: further dashboards, in folders of any name: a `Dashboard`, or a `JsonDashboard`.
        data_sources: beside those of the stack.
        teams: with permissions on folders.
        resources: of each replica.
        placement: of the replicas.

    Raises:
        ConfigurationError: a key is missing, or a team is there twice or without members.
    """

    admin: SecretRef
    storage: GrafanaStorage
    host: Host | None = None
    sign_on: SingleSignOn | None = None
    own: Sequence[Dashboard | JsonDashboard] = ()
    data_sources: Sequence[DataSource] = ()
    teams: tuple[DashboardTeam, ...] = ()
    resources: Resources = Resources(cpu="100m", memory="512Mi")
    placement: Placement = Placement()

    def __post_init__(self) -> None:
        check_keys("Dashboards.admin", self.admin, "password", "secret-key")
        check_distinct("Dashboards.data_sources", [each.name for each in self.data_sources])
        check_distinct("Dashboards.teams", [team.name for team in self.teams])
        if self.teams and self.sign_on is None:
            reject("Dashboards.sign_on", None, "give one: a team without it has nobody to join")

    @property
    def url(self) -> str:
        """The root URL; sign-on fails from any other address."""
        return self.host.url if self.host else "http://localhost:3000"
