"""Settings of Grafana: host, sign-on, teams and storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.rules import check_distinct
from constructs_lib.traffic.host import Host
from constructs_lib.values import Value

ADMIN_FILES = "/etc/grafana/admin"
_PREVIOUS = "previous-password"


class Dashboards(Value):
    """Settings of Grafana.

    Args:
        admin: the Secret with the keys ``password``, of the user ``admin``, and
            ``secret-key``, which encrypts secrets in the database and must never change. With
            ``previous-password`` too, a job changes the password from that to the new one.
        storage: `GrafanaVolume`, or `GrafanaDatabase` for several replicas.
        host: its public host, which it shares with nobody; None for port-forward only.
        sign_on: the OpenID Connect provider; None for the user ``admin`` only. With it nobody
            signs in by a password, but for the job that keeps ``teams``.
        own: further dashboards, in folders of any name: a `Dashboard`, or a `JsonDashboard`.
        data_sources: beside those of the stack.
        traces: one that shows a trace by its id, such as Tempo or Jaeger: each line with a
            ``trace.id`` links to it. None for none.
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
    traces: DataSource | None = None
    teams: tuple[DashboardTeam, ...] = ()
    resources: Resources = Resources(cpu="100m", memory="512Mi")
    placement: Placement = Placement()

    def __post_init__(self) -> None:
        check_keys("Dashboards.admin", self.admin, "password", "secret-key")
        check_distinct("Dashboards.data_sources", [each.name for each in self.own_sources])
        check_distinct("Dashboards.teams", [team.name for team in self.teams])
        if self.teams and self.sign_on is None:
            reject("Dashboards.sign_on", None, "give one: a team without it has nobody to join")

    @property
    def own_sources(self) -> Sequence[DataSource]:
        """The data sources beside those of the stack, that of traces too."""
        return (*self.data_sources, *([self.traces] if self.traces else []))

    @property
    def has_passwords(self) -> bool:
        """Whether the user ``admin`` can sign in, at least over the API."""
        return self.sign_on is None or bool(self.teams)

    @property
    def is_administered(self) -> bool:
        """Whether a job signs in as ``admin``."""
        return bool(self.teams) or (self.has_passwords and _PREVIOUS in self.admin.keys)

    @property
    def files(self) -> Sequence[SecretFiles]:
        """The files of Secrets that the server reads."""
        read = replace(self.admin, keys=("password", "secret-key"))
        return [SecretFiles(secret=read, mount_path=ADMIN_FILES)]

    @property
    def env(self) -> Mapping[str, str]:
        """The variables of who signs in, and how."""
        return {
            "GF_AUTH_BASIC_ENABLED": str(self.has_passwords).lower(),
            "GF_AUTH_DISABLE_LOGIN_FORM": str(self.sign_on is not None).lower(),
            **(self.sign_on.env if self.sign_on else {}),
        }

    @property
    def url(self) -> str:
        """The root URL; sign-on fails from any other address."""
        return self.host.url if self.host else "http://localhost:3000"
