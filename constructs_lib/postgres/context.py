"""Arguments that all parts of a PostgreSQL cluster share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.errors import reject
from constructs_lib.facts.buckets import AwsRole
from constructs_lib.facts.network import Outside
from constructs_lib.labels import Identity
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import member_names, members_domain
from constructs_lib.postgres import paths
from constructs_lib.postgres.backrest_versions import check_options
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.database import Database, check_databases
from constructs_lib.postgres.extensions import LIBRARIES, libraries
from constructs_lib.postgres.failover import Failover
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.parameters import check_known
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.recovery import SOURCE, Bootstrap
from constructs_lib.postgres.repository import Repository
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.rules import check_range
from constructs_lib.values import Value


class ClusterContext(Value):
    """Identity and arguments of a cluster.

    Args:
        identity: of the cluster.
        databases: that there are.
        storage: the volumes of each member.
        backup: repository, schedules and retention.
        api_server: the addresses of the API server, where the leader lock is.
        members: their number.
        sizes: resources of each container.
        sizing: parameters that are derived from these.
        failover: timeouts and durability.
        pooler: settings of PgBouncer.
        maintenance: schedules of vacuum and reindex.
        bootstrap: an empty or a restored database.
        secrets: the Secrets of the cluster.
        images: of all containers.
        placement: of members.
        kubernetes: the domain, DNS and address family of the Kubernetes cluster.
        extra_containers: sidecars and init containers of servers, by their names.

    Raises:
        ConfigurationError: an invalid number of members, databases that cannot be, backups in
            the repository that the cluster is restored from, or a repository that the pgBackRest
            of the image cannot use.
    """

    identity: Identity
    databases: Sequence[Database]
    storage: PostgresStorage
    backup: BackupPlan
    api_server: Outside
    members: int
    sizes: PostgresSizes
    sizing: Sizing
    failover: Failover
    pooler: Pooler
    maintenance: Maintenance
    bootstrap: Bootstrap
    secrets: PostgresSecrets
    images: PostgresImages
    placement: Placement
    kubernetes: Cluster
    extra_containers: Mapping[str, ExtraContainers]

    def __post_init__(self) -> None:
        check_range("members", self.members, 1, 9)
        check_databases(self.databases, self.images.server)
        check_known(self.sizing.overrides, self.images.server.version)
        self.backup.check(self.bootstrap.source)
        self.pooler.check_memory(self.sizes.pgbouncer)
        self._check_identity()
        for repository in self.repositories:
            check_options(self.images.server.pgbackrest, repository.options)

    @property
    def extensions(self) -> Sequence[str]:
        """Those of all databases."""
        return list(dict.fromkeys(name for each in self.databases for name in each.extensions))

    @property
    def libraries(self) -> Sequence[str]:
        """What is loaded when a server starts."""
        return libraries(self.extensions, self.sizing.parameters[LIBRARIES])

    @property
    def members_domain(self) -> str:
        """The DNS domain of the members."""
        return members_domain(self.kubernetes, self.identity)

    @property
    def member_names(self) -> list[str]:
        """The DNS names of the members."""
        return member_names(self.kubernetes, self.identity, self.members)

    @property
    def backup_client(self) -> str:
        """The name in the certificate of the jobs that start backups."""
        return f"{self.identity.name}-backups"

    @property
    def members_authority(self) -> SecretFiles:
        """Who signs the certificate of members, for those who call them."""
        return SecretFiles(
            secret=self.secrets.members, mount_path=paths.MEMBERS, keys=("ca.crt",), mode=0o440
        )

    @property
    def locks(self) -> tuple[str, ...]:
        """The ConfigMaps of Patroni, with the leader lock and its configuration."""
        parts = ("config", "leader", "sync", "failover")
        return tuple(f"{self.identity.name}-{part}" for part in parts)

    @property
    def repository_keys(self) -> Sequence[SecretEnv]:
        """The keys of the repository, and of the one that the cluster is restored from."""
        source = self.bootstrap.source
        return [
            *self.keys_of_backups,
            *(source.secret_env(f"{SOURCE}_REPO1") if source else ()),
        ]

    @property
    def keys_of_backups(self) -> Sequence[SecretEnv]:
        """The keys of the repositories that backups go to."""
        return [
            key
            for number, repository in enumerate(self.backup.repositories, 1)
            for key in repository.secret_env(f"PGBACKREST_REPO{number}")
        ]

    @property
    def repository_files(self) -> Sequence[SecretFiles]:
        """The files of all repositories: keys, and authorities that are not public."""
        return list(dict.fromkeys(files for each in self.repositories for files in each.files))

    @property
    def files_of_backups(self) -> Sequence[SecretFiles]:
        """Those of the repositories that backups go to."""
        repositories = self.backup.repositories
        return list(dict.fromkeys(files for each in repositories for files in each.files))

    @property
    def repositories(self) -> Sequence[Repository]:
        """Where backups go, and where the cluster is restored from."""
        source = self.bootstrap.source
        return [*self.backup.repositories, *([source] if source else [])]

    @property
    def role(self) -> AwsRole | None:
        """The role of AWS that members and jobs take on."""
        return next((each.role for each in self.repositories if each.role), None)

    @property
    def account_annotations(self) -> Mapping[str, str]:
        """What annotates their ServiceAccounts."""
        annotations: dict[str, str] = {}
        for each in self.repositories:
            annotations |= each.account_annotations
        return annotations

    def _check_identity(self) -> None:
        """Refuse repositories with two identities, since a pod has one."""
        roles = {each.role.arn for each in self.repositories if each.role}
        accounts = {str(each.account_annotations) for each in self.repositories} - {"{}"}
        for identities in (roles, accounts):
            if len(identities) > 1:
                reject(
                    "BackupPlan.second",
                    sorted(identities),
                    "give all repositories one identity: a pod has no more; or one of them keys",
                )
