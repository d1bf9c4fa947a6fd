"""The jobs around a cluster: backups, their proof, and maintenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from constructs import Construct

from constructs_lib.facts.published import Facts
from constructs_lib.names import Identity
from constructs_lib.pods.claims import Workspace
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.cron_job import cron_job
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.schedule import Schedule
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service_account import service_account
from constructs_lib.pods.volumes import Scratch, Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.images import PostgresImage
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes

_SCRIPTS = (
    "back-up.sh",
    "drill-restore.sh",
    "reindex.sh",
    "vacuum.sh",
    "verify-repository.sh",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Jobs:
    """What the jobs have in common.

    Args:
        identity: of the jobs, which are one peer.
        cluster: the name of the cluster, which the jobs are named after.
        members: their DNS names, of which a client picks the primary.
        database: that is looked after.
        image: what they run.
        secrets: what they read.
        backrest: the files of pgBackRest.
        data_size: of a member, which the drill needs as much as.
        sizes: what each of them is given.
    """

    identity: Identity
    cluster: str
    members: Sequence[str]
    database: str
    image: PostgresImage
    secrets: PostgresSecrets
    backrest: Mapping[str, str]
    data_size: str
    sizes: PostgresSizes

    def attach(self, scope: Construct, *, backup: BackupPlan, maintenance: Maintenance) -> Facts:
        """Make the jobs; return what the others learn of them."""
        service_account(scope, self.identity, None)
        for files in (self._backrest, self._scripts):
            files.attach(scope, self.identity)
        keys = backup.repository.secret_env("PGBACKREST")
        space = Workspace(
            name="drill",
            mount_path=paths.DRILL,
            tier=backup.drill_storage,
            size=self.data_size,
        )
        # Who backs up knows no password of the database, and who tidies up no key to the backups.
        certificate = SecretFiles(secret=self.secrets.certificate, mount_path=paths.TLS, mode=0o440)
        owner = SecretFiles(secret=self.secrets.owner, mount_path=paths.OWNER, mode=0o440)
        drill_env = {
            "DATABASE": self.database,
            "RECOVERY_SECONDS": str(backup.drill.deadline_seconds),
        }
        parts = [
            self._job(
                scope,
                "backup-full",
                ["back-up.sh", "full"],
                backup.full,
                keys=keys,
                volumes=[certificate],
            ),
            self._job(
                scope,
                "backup-differential",
                ["back-up.sh", "diff"],
                backup.differential,
                keys=keys,
                volumes=[certificate],
            ),
            self._job(
                scope,
                "verification",
                ["verify-repository.sh"],
                backup.verification,
                keys=keys,
                volumes=[certificate],
            ),
            self._job(
                scope,
                "restore-drill",
                ["drill-restore.sh"],
                backup.drill,
                keys=keys,
                env=drill_env,
                volumes=[space],
                resources=self.sizes.drill,
            ),
            self._job(
                scope,
                "vacuum",
                ["vacuum.sh"],
                maintenance.vacuum,
                env=self._login,
                volumes=[owner],
            ),
            self._job(
                scope,
                "reindex",
                ["reindex.sh"],
                maintenance.reindex,
                env=self._login,
                volumes=[owner],
            ),
        ]
        first = parts[0]
        # One peer and one set of Secrets: the jobs differ in what they do only.
        used = [use for part in parts for use in part.secrets]
        return replace(
            first,
            footprints=tuple(footprint for part in parts for footprint in part.footprints),
            secrets=tuple(use for number, use in enumerate(used) if use not in used[:number]),
        )

    @property
    def _login(self) -> Mapping[str, str]:
        return {
            "PGDATABASE": self.database,
            "PGHOST": ",".join(self.members),
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": f"{paths.OWNER}/ca.crt",
            "PGTARGETSESSIONATTRS": "read-write",
        }

    @property
    def _backrest(self) -> ConfigFiles:
        return ConfigFiles(name="pgbackrest", files=self.backrest, mount_path=paths.BACKREST)

    @property
    def _scripts(self) -> ConfigFiles:
        return ConfigFiles(
            name="scripts",
            files={name: asset(name) for name in _SCRIPTS},
            mount_path=paths.SCRIPTS,
            executable=True,
        )

    def _job(
        self,
        scope: Construct,
        name: str,
        command: Sequence[str],
        schedule: Schedule,
        *,
        keys: Sequence[SecretEnv] = (),
        env: Mapping[str, str] | None = None,
        volumes: Sequence[Volume] = (),
        resources: Resources | None = None,
    ) -> Facts:
        script, *arguments = command
        process = Container(
            name=name,
            image=self.image.image,
            resources=resources or self.sizes.job,
            command=[f"{paths.SCRIPTS}/{script}", *arguments],
            env={
                "PATH": f"{self.image.bin_directory}:/usr/local/bin:/usr/bin:/bin",
                **(env or {}),
            },
            secret_env=keys,
            volumes=[
                self._backrest,
                self._scripts,
                Scratch(mount_path="/tmp"),  # noqa: S108
                *volumes,
            ],
        )
        pod = Pod(
            identity=self.identity,
            importance=Importance.DATABASE,
            serves=self.identity,
            containers=[process],
            hardening=Hardening(run_as_user=self.image.user, run_as_group=self.image.group),
        )
        return cron_job(scope, pod, schedule, name=f"{self.cluster}-{name}")
