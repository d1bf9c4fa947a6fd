"""The CronJob of the user `admin`: its password and teams, which Grafana takes from no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files

from constructs import Construct

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Call
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.labels import Identity
from constructs_lib.observability.grafana.settings import ADMIN_FILES
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import ExtraContainers, extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretFiles

_SCRIPTS = "/etc/grafana-admin"
# Of a folder; Grafana counts them in powers of two.
_VIEW, _EDIT = 1, 2
_EVERYBODY = f'{{"role":"Viewer","permission":{_VIEW}}},{{"role":"Editor","permission":{_VIEW}}}'


def team_files(teams: Sequence[DashboardTeam], folders: Sequence[str]) -> ConfigFiles:
    """Return the script and what it reads of teams."""
    script = files(__package__).joinpath("assets", "administer.sh").read_text(encoding="utf-8")
    return ConfigFiles(
        name="scripts",
        files={
            "apply.sh": script,
            "teams": "".join(
                " ".join(filter(None, (team.name, ",".join(team.members)))) + "\n" for team in teams
            ),
            "folders": "".join(f"{line}\n" for line in (*_shared(teams, folders), *_own(teams))),
        },
        mount_path=_SCRIPTS,
        executable=True,
    )


def administer(
    scope: Construct,
    server: Pod,
    teams: Sequence[DashboardTeam],
    *,
    folders: Sequence[str],
    admin: SecretRef,
    url: str,
    extra_containers: Mapping[str, ExtraContainers],
) -> Facts:
    """Create the CronJob, which runs four times an hour.

    Args:
        scope: of the CronJob.
        server: the pod of Grafana, whose image has all that the script needs.
        teams: the teams that it creates.
        folders: those of the dashboards.
        admin: the Secret with the password of the user ``admin``, and that before it if it changes.
        url: of Grafana in the cluster.
        extra_containers: by the names of pods.
    """
    identity = Identity(
        name=f"{server.identity.name}-admin",
        namespace=server.identity.namespace,
        component="grafana-admin",
    )
    pod = Pod(
        identity=identity,
        importance=Importance.OBSERVABILITY,
        log_format=LogFormat.PLAIN,
        hardening=server.hardening,
        containers=[
            Container(
                name="admin",
                image=server.main.image,
                command=[f"{_SCRIPTS}/apply.sh"],
                resources=Resources(cpu="10m", memory="64Mi", ephemeral_storage="16Mi"),
                env={"GRAFANA_URL": url},
                volumes=[
                    team_files(teams, folders),
                    SecretFiles(secret=_passwords(admin), mount_path=ADMIN_FILES),
                ],
            )
        ],
    )
    pod = extended(pod, extra_containers)
    schedule = Schedule(cron="*/15 * * * *", deadline_seconds=300)
    facts = cron_job(scope, pod, schedule, name=identity.name)
    call = Call(source=pod.peer, target=server.peer, port="http")
    return facts.joined(Facts(calls=(call,)))


def _passwords(admin: SecretRef) -> SecretRef:
    return replace(admin, keys=tuple(key for key in admin.keys if key != "secret-key"))


def _shared(teams: Sequence[DashboardTeam], folders: Sequence[str]) -> list[str]:
    """Return the permissions of each folder: everybody, or the teams that name it."""
    lines = []
    for folder in folders:
        named = [f"{team.name}={_VIEW}" for team in teams if folder in team.folders]
        lines.append(" ".join((str(folder), "-" if named else _EVERYBODY, *named)))
    return lines


def _own(teams: Sequence[DashboardTeam]) -> list[str]:
    """Return the permissions of the folder of each team, which it edits and everybody views."""
    return [f"{team.name} {_EVERYBODY} {team.name}={_EDIT}" for team in teams]
