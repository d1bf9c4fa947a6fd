"""The container of each job of a cluster, and when it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from constructs_lib.pods.aws_role import as_role
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.volume_claims import Workspace
from constructs_lib.pods.volumes import Scratch, Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset
from constructs_lib.postgres.backrest import backup_configuration, check_configuration
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.logins import folder_of, owner_files


def of_backups(context: ClusterContext) -> Iterator[tuple[Container, Schedule]]:
    """Yield the jobs that back up, which have no password of the database."""
    backup = context.backup
    given = [
        _backrest(
            backup_configuration(
                backup, version=context.images.server.version, members=context.member_names
            )
        ),
        SecretFiles(
            secret=context.secrets.backups,
            mount_path=paths.TLS,
            keys=("tls.crt", "tls.key"),
            mode=0o440,
        ),
        context.members_authority,
        *context.files_of_backups,
    ]
    for name, kind, schedule in (
        ("backup-full", "full", backup.full),
        ("backup-differential", "diff", backup.differential),
    ):
        container = _container(
            context,
            name,
            ("back-up.sh", kind),
            scripts=("back-up.sh",),
            keys=context.keys_of_backups,
            env=_numbers(context),
            volumes=given,
            resources=context.sizes.job,
        )
        yield as_role(container, context.role), schedule


def of_checks(context: ClusterContext) -> Iterator[tuple[Container, Schedule]]:
    """Yield the jobs that read backups, which reach no member."""
    backup = context.backup
    scripts = ("drill-restore.sh", "verify-repository.sh")
    given = [_backrest(check_configuration(backup)), *context.files_of_backups]
    verification = _container(
        context,
        "verification",
        ("verify-repository.sh",),
        scripts=scripts,
        keys=context.keys_of_backups,
        env=_numbers(context),
        volumes=given,
        resources=context.sizes.job,
    )
    yield as_role(verification, context.role), backup.verification
    drill = _container(
        context,
        "restore-drill",
        ("drill-restore.sh",),
        scripts=scripts,
        keys=context.keys_of_backups,
        env={
            # Without the one that would run the jobs of the database from its copy.
            "LIBRARIES": ",".join(name for name in context.libraries if name != "pg_cron"),
            "RECOVERY_SECONDS": str(backup.drill.deadline_seconds),
        },
        volumes=[
            Workspace(
                name="drill",
                mount_path=paths.DRILL,
                storage_class=backup.drill_storage,
                size=context.storage.data_size,
            ),
            *given,
        ],
        resources=context.sizes.drill,
    )
    yield as_role(drill, context.role), backup.drill


def of_maintenance(context: ClusterContext) -> Iterator[tuple[Container, Schedule]]:
    """Yield the jobs of maintenance, which have no key of the backups."""
    owners = {each.name: folder_of(each.owner) for each in context.databases}
    login = {
        "OWNERS": " ".join(f"{name}={folder}" for name, folder in owners.items()),
        # Of all members a client picks the primary.
        "PGHOST": ",".join(context.member_names),
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": f"{paths.MEMBERS}/ca.crt",
        "PGTARGETSESSIONATTRS": "read-write",
    }
    for name, schedule in (
        ("vacuum", context.maintenance.vacuum),
        ("reindex", context.maintenance.reindex),
    ):
        yield (
            _container(
                context,
                name,
                (f"{name}.sh",),
                scripts=("reindex.sh", "vacuum.sh"),
                env=login,
                volumes=[*owner_files(context.databases), context.members_authority],
                resources=context.sizes.job,
            ),
            schedule,
        )


def _numbers(context: ClusterContext) -> Mapping[str, str]:
    """Return the numbers by which pgBackRest knows the repositories."""
    numbers = range(1, len(context.backup.repositories) + 1)
    return {"REPOSITORIES": " ".join(map(str, numbers))}


def _backrest(configuration: Mapping[str, str]) -> ConfigFiles:
    return ConfigFiles(name="pgbackrest", files=configuration, mount_path=paths.BACKREST)


def _container(
    context: ClusterContext,
    name: str,
    command: Sequence[str],
    *,
    scripts: Sequence[str],
    keys: Sequence[SecretEnv] = (),
    env: Mapping[str, str],
    volumes: Sequence[Volume],
    resources: Resources,
) -> Container:
    script, *arguments = command
    server = context.images.server
    return Container(
        name=name,
        image=server.image,
        resources=resources,
        command=[f"{paths.SCRIPTS}/{script}", *arguments],
        env={"PATH": f"{server.bin_directory}:/usr/local/bin:/usr/bin:/bin", **env},
        secret_env=keys,
        volumes=[
            ConfigFiles(
                name="scripts",
                files={name: asset(name) for name in scripts},
                mount_path=paths.SCRIPTS,
                executable=True,
            ),
            Scratch(mount_path="/tmp"),  # noqa: S108
            *volumes,
        ],
    )
