"""What is chosen of the dashboards: where they are, who sees them, where Grafana keeps the rest."""

from __future__ import annotations

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretRef, check_reference
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.storage import GrafanaStorage
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_distinct
from constructs_lib.traffic.host import Host
from constructs_lib.values import Value


class Dashboards(Value):
    """Grafana, as far as it is a matter of choice.

    Args:
        admin: the Secret with the keys ``password``, of the user ``admin``, and
            ``secret-key``, which encrypts what the database keeps and stays for good.
        storage: `GrafanaVolume`, or `GrafanaDatabase` for several servers.
        host: the host that is all its own; None for people who forward a port.
        sign_on: who may sign in; None for nobody but ``admin``.
        teams: who sees folders that others do not.
        resources: of each server.
        placement: where they run.

    Raises:
        ConfigurationError: a key is missing, or a team twice or without people.
    """

    admin: SecretRef
    storage: GrafanaStorage
    host: Host | None = None
    sign_on: SingleSignOn | None = None
    teams: tuple[DashboardTeam, ...] = ()
    resources: Resources = Resources(cpu="100m", memory="512Mi")
    placement: Placement = Placement()

    def __post_init__(self) -> None:
        check_reference("Dashboards.admin", self.admin, keys=("password", "secret-key"))
        check_distinct("Dashboards.teams", [team.name for team in self.teams])
        if self.teams and self.sign_on is None:
            raise ConfigurationError(
                "Dashboards.sign_on", None, "give one: a team without it has nobody to join"
            )

    @property
    def url(self) -> str:
        """What stands in a browser; signing in fails from any other address."""
        return f"https://{self.host.name}" if self.host else "http://localhost:3000"
