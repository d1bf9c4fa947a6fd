"""What all parts of a PostgreSQL cluster share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.facts.network import Outside
from constructs_lib.labels import Identity
from constructs_lib.pods.extra_containers import ExtraContainers
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import member_names, members_domain
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.database import check_database
from constructs_lib.postgres.failover import Failover
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.recovery import SOURCE, Bootstrap
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.rules import check_range
from constructs_lib.values import Value


class ClusterContext(Value):
    """Who a cluster is, and what was chosen for it.

    Args:
        identity: of the cluster.
        database: which is made at first.
        storage: the volumes of each member.
        backup: where backups go, and when.
        api_server: which holds the lock of the primary.
        members: how many there are.
        sizes: what each container is given.
        sizing: the parameters that follow from that.
        failover: when a standby takes over.
        pooler: how clients share connections.
        maintenance: what is done when few use it.
        bootstrap: where the first data come from.
        secrets: which Secrets are read.
        images: what is run.
        placement: where members run.
        kubernetes: the cluster that they run in.
        extra_containers: what stands in the pods of servers besides, by their names.

    Raises:
        ConfigurationError: no such number of members, a name that no database can have, or
            backups that would go where the first data come from.
    """

    identity: Identity
    database: str
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
        check_database(self.database)
        self.backup.check(self.bootstrap.source)

    @property
    def members_domain(self) -> str:
        """What the DNS names of the members end in."""
        return members_domain(self.kubernetes, self.identity)

    @property
    def member_names(self) -> list[str]:
        """The DNS names of the members."""
        return member_names(self.kubernetes, self.identity, self.members)

    @property
    def locks(self) -> tuple[str, ...]:
        """The ConfigMaps that Patroni makes, in which it keeps the lock of the primary."""
        parts = ("config", "leader", "sync", "failover")
        return tuple(f"{self.identity.name}-{part}" for part in parts)

    @property
    def repository_keys(self) -> Sequence[SecretEnv]:
        """The keys to the repository, and to that of the first data."""
        source = self.bootstrap.source
        return [
            *self.backup.repository.secret_env("PGBACKREST"),
            *(source.secret_env(SOURCE) if source else ()),
        ]

    @property
    def repository_files(self) -> Sequence[SecretFiles]:
        """What both are verified by, where no public authority vouches for them."""
        repositories = filter(None, (self.backup.repository, self.bootstrap.source))
        return list(dict.fromkeys(files for each in repositories for files in each.files))
