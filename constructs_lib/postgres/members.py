"""The pod of a member: PostgreSQL under Patroni, and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.facts.access import Access, KubernetesAccess, Verb
from constructs_lib.facts.network import Outside
from constructs_lib.names import Identity
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import ExecCheck, HttpCheck, HttpsCheck, TcpCheck
from constructs_lib.pods.claims import Data
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import members_service
from constructs_lib.pods.volumes import Scratch, SharedMemory, Volume
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.patroni import SCOPE_LABEL
from constructs_lib.postgres.ports import BACKUP, METRICS, PATRONI, POSTGRES
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes

_SCRIPTS = (
    "copy-member.sh",
    "credentials.py",
    "prepare-database.sh",
    "prepare-volumes.sh",
    "read-source.sh",
    "start-backup-server.sh",
    "start-member.sh",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Members:
    """All that the pods of the members are made of.

    Args:
        identity: of the cluster.
        count: how many there are.
        database: the one that is made at first.
        images: what they run.
        secrets: what they read.
        repository_env: the keys to the repositories.
        sizes: of its containers.
        data: the volumes of each.
        configuration: of Patroni.
        backrest: the files of pgBackRest.
        placement: where they run.
        api_server: which holds the lock of the primary.
    """

    identity: Identity
    count: int
    database: str
    images: PostgresImages
    secrets: PostgresSecrets
    repository_env: Sequence[SecretEnv]
    sizes: PostgresSizes
    data: Sequence[Data]
    configuration: str
    backrest: dict[str, str]
    placement: Placement
    api_server: Outside

    def pod(self) -> Pod:
        """Return the pod."""
        image = self.images.server
        return Pod(
            identity=self.identity,
            importance=Importance.DATABASE,
            init_containers=[
                Container(
                    name="prepare",
                    image=image.image,
                    resources=self.sizes.credentials,
                    command=[f"{paths.SCRIPTS}/prepare-volumes.sh"],
                    volumes=self._volumes(),
                )
            ],
            containers=[
                self._postgres(),
                Container(
                    name="credentials",
                    image=image.image,
                    resources=self.sizes.credentials,
                    command=[f"{paths.SCRIPTS}/credentials.py", "watch"],
                    env={"PATH": self._path},
                    liveness=Probe(
                        check=ExecCheck(command=[f"{paths.SCRIPTS}/credentials.py", "alive"]),
                        period_seconds=60,
                        timeout_seconds=10,
                    ),
                    volumes=self._volumes(),
                ),
                Container(
                    name="backup-server",
                    image=image.image,
                    resources=self.sizes.backup_server,
                    command=[f"{paths.SCRIPTS}/start-backup-server.sh"],
                    ports=[BACKUP],
                    secret_env=self.repository_env,
                    liveness=Probe(check=TcpCheck(), port=BACKUP.number),
                    volumes=self._volumes(),
                ),
                self._exporter(),
            ],
            hardening=Hardening(run_as_user=image.user, run_as_group=image.group),
            placement=self.placement,
            access=self._access(),
            labels={SCOPE_LABEL: self.identity.name},
            # Patroni hands over, stops PostgreSQL and waits until the last of the log is archived.
            grace_period_seconds=300,
        )

    @property
    def _path(self) -> str:
        return f"{self.images.server.bin_directory}:/usr/local/bin:/usr/bin:/bin"

    def _volumes(self) -> list[Volume | Data]:
        return [
            *self.data,
            ConfigFiles(
                name="patroni",
                files={"patroni.yaml": self.configuration},
                mount_path=paths.CONFIGURATION,
            ),
            ConfigFiles(name="pgbackrest", files=self.backrest, mount_path=paths.BACKREST),
            ConfigFiles(
                name="scripts",
                files={name: asset(name) for name in _SCRIPTS},
                mount_path=paths.SCRIPTS,
                executable=True,
            ),
            SecretFiles(secret=self.secrets.credentials, mount_path=paths.CREDENTIALS, mode=0o440),
            SecretFiles(secret=self.secrets.owner, mount_path=paths.OWNER, mode=0o440),
            SecretFiles(secret=self.secrets.certificate, mount_path=paths.TLS, mode=0o440),
            Scratch(mount_path=paths.SOCKETS, size="16Mi"),
            Scratch(mount_path=paths.WRITTEN, size="1Mi"),
            Scratch(mount_path="/tmp", size="64Mi"),  # noqa: S108
        ]

    def _postgres(self) -> Container:
        address = f"$(POD_NAME).{members_service(self.identity.name)}.{self.identity.namespace}"
        address += ".svc.cluster.local"
        return Container(
            name="postgres",
            image=self.images.server.image,
            resources=self.sizes.server,
            command=[f"{paths.SCRIPTS}/start-member.sh"],
            ports=[POSTGRES, PATRONI],
            pod_env={"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace"},
            env={
                "DATABASE": self.database,
                "PATH": self._path,
                "PATRONICTL_CONFIG_FILE": f"{paths.CONFIGURATION}/patroni.yaml",
                "PATRONI_KUBERNETES_NAMESPACE": "$(POD_NAMESPACE)",
                "PATRONI_NAME": "$(POD_NAME)",
                "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{address}:{POSTGRES.number}",
                "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{address}:{PATRONI.number}",
                "PGPASSFILE": paths.PASSWORDS,
            },
            secret_env=self.repository_env,
            volumes=[*self._volumes(), SharedMemory(size="256Mi"), ApiToken()],
            # A copy of a large database, or its recovery, happens before it has started.
            startup=Probe(
                check=HttpsCheck(path="/liveness"), port=PATRONI.number, failure_threshold=60
            ),
            liveness=Probe(
                check=HttpsCheck(path="/liveness"), port=PATRONI.number, timeout_seconds=5
            ),
            readiness=Probe(
                check=HttpsCheck(path="/readiness"), port=PATRONI.number, period_seconds=5
            ),
        )

    def _exporter(self) -> Container:
        return Container(
            name="exporter",
            image=self.images.exporter,
            resources=self.sizes.exporter,
            args=[
                "--collector.database_wraparound",
                "--collector.long_running_transactions",
                "--collector.stat_checkpointer",
                "--collector.stat_wal_receiver",
            ],
            ports=[METRICS],
            env={
                "DATA_SOURCE_PASS_FILE": f"{paths.CREDENTIALS}/monitor",
                "DATA_SOURCE_URI": f"localhost:{POSTGRES.number}/postgres?sslmode=require",
                "DATA_SOURCE_USER": "monitor",
            },
            volumes=[
                SecretFiles(
                    secret=self.secrets.credentials, mount_path=paths.CREDENTIALS, mode=0o440
                )
            ],
            liveness=Probe(check=HttpCheck(path="/"), port=METRICS.number),
        )

    def _access(self) -> KubernetesAccess:
        """Return the rights to its own lock, found on ConfigMaps, and to the labels of its pods."""
        name = self.identity.name
        locks = tuple(f"{name}-{part}" for part in ("config", "leader", "sync", "failover"))
        pods = tuple(f"{name}-{number}" for number in range(self.count))
        return KubernetesAccess(
            rules=(
                Access(resources=("configmaps",), verbs=(Verb.CREATE, Verb.LIST, Verb.WATCH)),
                Access(resources=("configmaps",), verbs=(Verb.GET, Verb.PATCH), names=locks),
                Access(resources=("pods",), verbs=(Verb.LIST, Verb.WATCH)),
                Access(resources=("pods",), verbs=(Verb.PATCH,), names=pods),
            ),
            api_server=self.api_server,
        )
