"""The CronJobs of a cluster: backups, verification, drills and maintenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.pods.aws_role import as_role
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service_account import service_account
from constructs_lib.pods.volume_claims import Workspace
from constructs_lib.pods.volumes import Scratch, Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset
from constructs_lib.postgres.backrest import job_configurations
from constructs_lib.postgres.context import ClusterContext

_SCRIPTS = (
    "back-up.sh",
    "drill-restore.sh",
    "reindex.sh",
    "vacuum.sh",
    "verify-repository.sh",
)


def attach_jobs(scope: Construct, context: ClusterContext) -> Facts:
    """Create the CronJobs, and return their facts.

    Args:
        scope: the cluster.
        context: shared by all parts.
    """
    identity = replace(
        context.identity, name=f"{context.identity.name}-jobs", component="database-jobs"
    )
    service_account(scope, identity, None, annotations=context.account_annotations)
    server = context.images.server
    runs = [
        (
            Pod(
                identity=identity,
                importance=Importance.DATABASE,
                log_format=LogFormat.POSTGRES,
                serves=identity,
                containers=[container],
                hardening=Hardening(run_as_user=server.user, run_as_group=server.group),
            ),
            schedule,
        )
        for container, schedule in (*_of_backups(context), *_of_maintenance(context))
    ]
    runs = [(extended(pod, context.extra_containers), schedule) for pod, schedule in runs]
    shared: list[ConfigFiles] = []
    for pod, _ in runs:
        shared += [files for files in pod.config_files if files not in shared]
    for files in shared:
        files.attach(scope, identity)
    counted = Footprint(namespace=identity.namespace, objects={"configmaps": len(shared)})
    parts = [
        cron_job(scope, pod, schedule, name=f"{context.identity.name}-{pod.main.name}")
        for pod, schedule in runs
    ]
    return Facts(footprints=(counted,)).joined(*parts)


def _of_backups(context: ClusterContext) -> Iterator[tuple[Container, Schedule]]:
    """Yield the jobs of backups, which have no password of the database."""
    backup = context.backup
    keys, files = context.keys_of_backups, context.files_of_backups
    numbers = " ".join(str(number) for number, _ in enumerate(backup.repositories, 1))
    certificate = SecretFiles(
        secret=context.secrets.backups,
        mount_path=paths.TLS,
        keys=("tls.crt", "tls.key"),
        mode=0o440,
    )
    calls = [certificate, context.members_authority]
    for name, command, schedule, volumes in (
        ("backup-full", ("back-up.sh", "full"), backup.full, calls),
        ("backup-differential", ("back-up.sh", "diff"), backup.differential, calls),
        ("verification", ("verify-repository.sh",), backup.verification, []),
    ):
        container = _container(
            context,
            name,
            command,
            keys=keys,
            env={"REPOSITORIES": numbers},
            volumes=[*volumes, *files],
            resources=context.sizes.job,
        )
        yield as_role(container, context.role), schedule
    drill = _container(
        context,
        "restore-drill",
        ("drill-restore.sh",),
        keys=keys,
        env={
            "DATABASE": context.database,
            "RECOVERY_SECONDS": str(backup.drill.deadline_seconds),
        },
        volumes=[
            Workspace(
                name="drill",
                mount_path=paths.DRILL,
                storage_class=backup.drill_storage,
                size=context.storage.data_size,
            ),
            *files,
        ],
        resources=context.sizes.drill,
    )
    yield as_role(drill, context.role), backup.drill


def _of_maintenance(context: ClusterContext) -> Iterator[tuple[Container, Schedule]]:
    """Yield the jobs of maintenance, which have no key of the backups."""
    login = {
        "PGDATABASE": context.database,
        # Of all members a client picks the primary.
        "PGHOST": ",".join(context.member_names),
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": f"{paths.MEMBERS}/ca.crt",
        "PGTARGETSESSIONATTRS": "read-write",
    }
    owner = SecretFiles(
        secret=context.owner.secret,
        mount_path=paths.OWNER,
        keys=("username", "password"),
        mode=0o440,
    )
    for name, schedule in (
        ("vacuum", context.maintenance.vacuum),
        ("reindex", context.maintenance.reindex),
    ):
        command, given = (f"{name}.sh",), context.sizes.job
        yield (
            _container(
                context,
                name,
                command,
                env=login,
                volumes=[owner, context.members_authority],
                resources=given,
            ),
            schedule,
        )


def _backrest(context: ClusterContext) -> ConfigFiles:
    files = job_configurations(
        context.backup,
        version=context.images.server.version,
        members=context.member_names,
    )
    return ConfigFiles(name="pgbackrest", files=files, mount_path=paths.BACKREST)


def _scripts() -> ConfigFiles:
    return ConfigFiles(
        name="scripts",
        files={name: asset(name) for name in _SCRIPTS},
        mount_path=paths.SCRIPTS,
        executable=True,
    )


def _container(
    context: ClusterContext,
    name: str,
    command: Sequence[str],
    *,
    keys: Sequence[SecretEnv] = (),
    env: Mapping[str, str] | None = None,
    volumes: Sequence[Volume] = (),
    resources: Resources,
) -> Container:
    script, *arguments = command
    server = context.images.server
    return Container(
        name=name,
        image=server.image,
        resources=resources,
        command=[f"{paths.SCRIPTS}/{script}", *arguments],
        env={"PATH": f"{server.bin_directory}:/usr/local/bin:/usr/bin:/bin", **(env or {})},
        secret_env=keys,
        volumes=[
            _backrest(context),
            _scripts(),
            Scratch(mount_path="/tmp"),  # noqa: S108
            *volumes,
        ],
    )
