"""The pod of a member: PostgreSQL under Patroni, and its sidecars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.facts.certificates import TLS_KEYS
from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.aws_role import as_role
from constructs_lib.pods.checks import ExecCheck, HttpsCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.volume_claims import Data
from constructs_lib.pods.volumes import Scratch, SharedMemory
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset
from constructs_lib.postgres.backrest import member_configurations
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.exporter import exporter
from constructs_lib.postgres.logins import login_files
from constructs_lib.postgres.patroni import SCOPE_LABEL, patroni_yaml
from constructs_lib.postgres.ports import BACKUP, PATRONI, POSTGRES
from constructs_lib.postgres.secrets import LOGIN_KEYS, MEMBER_KEYS

_SOCKETS = Scratch(mount_path=paths.SOCKETS, size="16Mi")
_WRITTEN = Scratch(mount_path=paths.WRITTEN, size="1Mi")
# Locks of pgBackRest, and where Python may write; PostgreSQL's temporary files are with the data.
_TEMPORARY = Scratch(mount_path="/tmp", size="64Mi")  # noqa: S108
_SCRIPTS = (
    "copy-member.sh",
    "create-databases.sql",
    "create-extensions.sql",
    "credentials.py",
    "discard_unfinished.py",
    "get-log.sh",
    "let-in.sql",
    "make-stanza.sh",
    "open-database.sql",
    "prepare-database.sh",
    "prepare-volumes.sh",
    "read-source.sh",
    "set-password.sql",
    "start-backup-server.sh",
    "start-member.sh",
    "verifiers.py",
)


def member_pod(context: ClusterContext) -> Pod:
    """Return the pod of a member."""
    image = context.images.server
    return Pod(
        identity=context.identity,
        importance=Importance.DATABASE,
        log_format=LogFormat.POSTGRES,
        init_containers=[
            Container(
                name="prepare",
                image=image.image,
                resources=context.sizes.credentials,
                command=[f"{paths.SCRIPTS}/prepare-volumes.sh"],
                volumes=[*_database(context), _scripts()],
            )
        ],
        containers=[
            as_role(_postgres(context), context.role),
            _credentials(context),
            as_role(_backup_server(context), context.role),
            exporter(context),
        ],
        hardening=image.hardening,
        placement=context.placement,
        account_annotations=context.account_annotations,
        permissions=_permissions(context),
        labels={SCOPE_LABEL: context.identity.name},
        # Patroni hands over, stops PostgreSQL and waits until the last of the log is archived.
        grace_period_seconds=300,
    )


def _path(context: ClusterContext) -> str:
    return f"{context.images.server.bin_directory}:/usr/local/bin:/usr/bin:/bin"


def _database(context: ClusterContext) -> Sequence[Data]:
    return context.storage.volumes(paths.DATA_VOLUME, paths.WAL_VOLUME)


def _all(secret: SecretRef, mount_path: str, keys: tuple[str, ...]) -> SecretFiles:
    """Mount all that a Secret has for members, and nothing that it has for others."""
    return SecretFiles(secret=replace(secret, keys=keys), mount_path=mount_path, mode=0o440)


def _keys(secret: SecretRef, mount_path: str, *keys: str) -> SecretFiles:
    return SecretFiles(secret=secret, mount_path=mount_path, keys=keys, mode=0o440)


def _scripts() -> ConfigFiles:
    return ConfigFiles(
        name="scripts",
        files={name: asset(name) for name in _SCRIPTS},
        mount_path=paths.SCRIPTS,
        executable=True,
    )


def _backrest(context: ClusterContext) -> ConfigFiles:
    files = member_configurations(
        context.backup,
        version=context.images.server.version,
        source=context.bootstrap.source,
        addresses=context.kubernetes.addresses,
        client=context.backup_client,
    )
    return ConfigFiles(name="pgbackrest", files=files, mount_path=paths.BACKREST)


def _postgres(context: ClusterContext) -> Container:
    address = f"$(POD_NAME).{context.members_domain}"
    return Container(
        name="postgres",
        image=context.images.server.image,
        resources=context.sizes.server,
        command=[
            f"{paths.SCRIPTS}/start-member.sh",
            paths.data_directory(context.images.server.version),
            paths.wal_directory(context.images.server.version),
        ],
        ports=[POSTGRES, PATRONI],
        pod_env={"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace"},
        env={
            "PATH": _path(context),
            "PATRONICTL_CONFIG_FILE": f"{paths.CONFIGURATION}/patroni.yaml",
            "PATRONI_KUBERNETES_NAMESPACE": "$(POD_NAMESPACE)",
            "PATRONI_NAME": "$(POD_NAME)",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{address}:{POSTGRES.number}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{address}:{PATRONI.number}",
            "PGPASSFILE": paths.PASSWORDS,
        },
        secret_env=context.repository_keys,
        volumes=[
            *_database(context),
            ConfigFiles(
                name="patroni",
                files={"patroni.yaml": patroni_yaml(context)},
                mount_path=paths.CONFIGURATION,
            ),
            _backrest(context),
            _scripts(),
            _all(context.secrets.members, paths.TLS, TLS_KEYS),
            *context.repository_files,
            _SOCKETS,
            _WRITTEN,
            _TEMPORARY,
            SharedMemory(size=context.sizing.shared_memory),
            ApiToken(),
        ],
        # A copy of a large database, or its recovery, happens before it has started.
        startup=Probe(
            check=HttpsCheck(path="/liveness"), port=PATRONI.number, failure_threshold=60
        ),
        liveness=Probe(check=HttpsCheck(path="/liveness"), port=PATRONI.number, timeout_seconds=5),
        readiness=Probe(check=HttpsCheck(path="/readiness"), port=PATRONI.number, period_seconds=5),
    )


def _credentials(context: ClusterContext) -> Container:
    return Container(
        name="credentials",
        image=context.images.server.image,
        resources=context.sizes.credentials,
        command=[f"{paths.SCRIPTS}/credentials.py", "watch"],
        env={"PATH": _path(context), **({"FOLLOWS": "y"} if context.bootstrap.follows else {})},
        liveness=Probe(
            check=ExecCheck(command=[f"{paths.SCRIPTS}/credentials.py", "alive"]),
            period_seconds=60,
            timeout_seconds=10,
        ),
        volumes=[
            _scripts(),
            _all(context.secrets.credentials, paths.CREDENTIALS, MEMBER_KEYS),
            _keys(context.secrets.pooler, paths.POOLER, *LOGIN_KEYS),
            *login_files(context.databases),
            _all(context.secrets.members, paths.TLS, TLS_KEYS),
            _SOCKETS,
            _WRITTEN,
            _TEMPORARY,
        ],
    )


def _backup_server(context: ClusterContext) -> Container:
    return Container(
        name="backup-server",
        image=context.images.server.image,
        resources=context.sizes.backup_server,
        command=[f"{paths.SCRIPTS}/start-backup-server.sh"],
        ports=[BACKUP],
        secret_env=context.repository_keys,
        liveness=Probe(check=TcpCheck(), port=BACKUP.number),
        volumes=[
            *_database(context),
            _scripts(),
            _backrest(context),
            _keys(context.secrets.members, paths.TLS, "tls.crt", "tls.key"),
            _keys(context.secrets.backups, paths.BACKUPS, "ca.crt"),
            *context.repository_files,
            _SOCKETS,
            _TEMPORARY,
        ],
    )


def _permissions(context: ClusterContext) -> KubernetesPermissions:
    """Return the permissions of Patroni: leader lock in ConfigMaps, labels of its pods."""
    name, locks = context.identity.name, context.locks
    pods = tuple(f"{name}-{number}" for number in range(context.members))
    return KubernetesPermissions(
        rules=(
            PolicyRule(resources=("configmaps",), verbs=(Verb.CREATE, Verb.LIST, Verb.WATCH)),
            PolicyRule(resources=("configmaps",), verbs=(Verb.GET, Verb.PATCH), names=locks),
            PolicyRule(resources=("pods",), verbs=(Verb.LIST, Verb.WATCH)),
            PolicyRule(resources=("pods",), verbs=(Verb.PATCH,), names=pods),
        ),
        api_server=context.api_server,
    )
