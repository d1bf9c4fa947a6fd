"""The construct of a PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cdk8s import ApiObject
from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.network import Outside
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.pods.extra_containers import (
    NO_EXTRA_CONTAINERS,
    ExtraContainers,
    check_pods,
    extended,
)
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.database import Database, FirstDatabase, database_named
from constructs_lib.postgres.endpoints import pooled_endpoint, session_endpoint
from constructs_lib.postgres.failover import Failover
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.jobs import attach_jobs
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.members import member_pod
from constructs_lib.postgres.own_facts import own_facts
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.poolers import (
    READ_ONLY_PORT,
    READ_WRITE_PORT,
    attach_pooler,
)
from constructs_lib.postgres.recovery import Bootstrap, EmptyDatabase
from constructs_lib.postgres.roles import Owner, Reader, Role, UsualRole, Writer, chosen
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.postgres.storage import PostgresStorage

NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})


class PostgresCluster(NamedConstruct):
    """PostgreSQL with automatic failover, connection poolers, backups and restore drills.

    Three members in three zones run under Patroni, with the leader lock in ConfigMaps.
    Replication is synchronous. Clients connect to poolers, whose routers ask Patroni for
    the primary. Backups and WAL go to an object store; a job restores the newest backup
    each week and reads all of it.

    Creates a StatefulSet, two Deployments of poolers, their Services, budgets and
    ConfigMaps, CronJobs, and ServiceAccounts. Secrets are referenced.

    Args:
        scope: a chart in the namespace of the cluster.
        id: the name of the cluster.
        databases: that there are, each with an owner. One that is not named any more is kept.
        storage: the volumes of each member.
        backup: repository, schedules and retention.
        api_server: the addresses of the API server, for NetworkPolicies:
            ``kubectl get endpointslices kubernetes`` shows them.
        members: the primary and its standbys; see `Failover` for fewer than three.
        sizes: resources of each container, which parameters of PostgreSQL are derived from.
        parameters: further parameters of PostgreSQL.
        failover: timeouts, durability of commits, and the failure domain.
        pooler: replicas, connections and timeouts of PgBouncer.
        maintenance: schedules of vacuum and reindex.
        bootstrap: an empty database; `RestoredDatabase` for a clone or a point in time,
            `FollowedDatabase` for a standby cluster.
        secrets: the Secrets of the cluster.
        images: of all containers.
        placement: of members, which the failure domain of `failover` spreads.
        extra_containers: sidecars and init containers of servers, by their names, such as
            ``postgres`` or ``postgres-rw``, and of the jobs that back up, read backups and
            maintain, ``postgres-backups``, ``postgres-checks`` and ``postgres-maintenance``.

    Attributes:
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: too few members for synchronous replication or too many for the
            zones, parameters beyond the memory, or another argument that cannot work.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        databases: Sequence[Database],
        storage: PostgresStorage,
        backup: BackupPlan,
        api_server: Outside,
        members: int = 3,
        sizes: PostgresSizes = PostgresSizes(),
        parameters: Mapping[str, str] = NO_PARAMETERS,
        failover: Failover = Failover(),
        pooler: Pooler = Pooler(),
        maintenance: Maintenance = Maintenance(),
        bootstrap: Bootstrap = EmptyDatabase(),
        secrets: PostgresSecrets = PostgresSecrets(),
        images: PostgresImages = PostgresImages(),
        placement: Placement = Placement(),
        extra_containers: Mapping[str, ExtraContainers] = NO_EXTRA_CONTAINERS,
    ) -> None:
        super().__init__(scope, id)
        context = self._context = ClusterContext(
            identity=Identity.of(scope, id, component="database"),
            databases=databases,
            storage=storage,
            backup=backup,
            api_server=api_server,
            members=members,
            sizes=sizes,
            sizing=Sizing(
                amounts=sizes.server.amounts(),
                data_bytes=storage.data_bytes,
                wal_bytes=storage.wal_bytes,
                overrides=parameters,
            ),
            failover=failover,
            pooler=pooler,
            maintenance=maintenance,
            bootstrap=bootstrap,
            secrets=secrets,
            images=images,
            placement=failover.place(members, placement),
            extra_containers=extra_containers,
            kubernetes=Cluster.of(scope),
        )
        pod = extended(member_pod(context), extra_containers)
        members_facts = stateful_set(self, pod, replicas=members)
        read_write = attach_pooler(self, context, "rw", router_port=READ_WRITE_PORT)
        read_only = attach_pooler(self, context, "ro", router_port=READ_ONLY_PORT)
        members_peer = members_facts.peers[0]
        jobs_facts = attach_jobs(self, context, members=members_peer)
        poolers = self._read_write, self._read_only = read_write.peers[0], read_only.peers[0]
        own = own_facts(context, members=members_peer, poolers=poolers)
        self.facts = own.joined(members_facts, read_write, read_only, jobs_facts)
        check_pods(extra_containers, [peer.name for peer in self.facts.peers])

    @property
    def stateful_set(self) -> ApiObject:
        """The StatefulSet of the members."""
        return self.objects["StatefulSet"]

    @property
    def member_pods(self) -> tuple[str, ...]:
        """The names of the pods of the members, for a persona that may run commands in them."""
        name, members = self._context.identity.name, self._context.members
        return tuple(f"{name}-{number}" for number in range(members))

    @property
    def deployments(self) -> tuple[ApiObject, ...]:
        """Those of the poolers: read-write, then read-only."""
        return self.objects.of_kind("Deployment")

    @property
    def services(self) -> tuple[ApiObject, ...]:
        """The headless Service of the members, then those of the poolers."""
        return self.objects.of_kind("Service")

    @property
    def cron_jobs(self) -> tuple[ApiObject, ...]:
        """Those of backups, verification, drills and maintenance."""
        return self.objects.of_kind("CronJob")

    def read_write(
        self,
        *,
        connections: int,
        database: str | FirstDatabase = FirstDatabase(),
        role: Role | UsualRole = UsualRole(),
    ) -> DatabaseEndpoint:
        """Return the endpoint of the primary, behind its poolers, for one client.

        Args:
            connections: the most of all pods of the client. A baseline refuses more than
                `Pooler.client_connections` of all clients together.
            database: the name of one of the cluster's.
            role: that it logs in by, one of the database's.

        Raises:
            ConfigurationError: more than the poolers take, or a database or role that there is not.
        """
        named = database_named(database, self._context.databases)
        role = chosen(role, Writer, named.roles)
        return pooled_endpoint(self._context, self._read_write, connections, named, role)

    def read_only(
        self,
        *,
        connections: int,
        database: str | FirstDatabase = FirstDatabase(),
        role: Role | UsualRole = UsualRole(),
    ) -> DatabaseEndpoint:
        """Return the endpoint of the standbys, behind their poolers, for one client.

        Their data may lag behind the primary. A read that a change gets in the way of, such as of a
        table that is dropped, ends with SQLSTATE 40001 after half a minute: ask again.

        Args:
            connections: the most of all pods of the client. A baseline refuses more than
                `Pooler.client_connections` of all clients together.
            database: the name of one of the cluster's.
            role: that it logs in by, one of the database's.

        Raises:
            ConfigurationError: more than the poolers take, or a database or role that there is not.
        """
        named = database_named(database, self._context.databases)
        role = chosen(role, Reader, named.roles)
        return pooled_endpoint(self._context, self._read_only, connections, named, role)

    def session(
        self,
        *,
        connections: int,
        database: str | FirstDatabase = FirstDatabase(),
        role: Role | UsualRole = UsualRole(),
    ) -> DatabaseEndpoint:
        """Return an endpoint of the primary for one client that needs sessions of its own.

        Such as a migration, a dump, advisory locks that outlive a transaction, ``CREATE INDEX
        CONCURRENTLY`` or ``LISTEN``: its poolers are the same, but keep a connection to a client
        until that leaves, and have no statement timeout. They know the database by the name with
        ``_session`` at its end.

        Args:
            connections: the most of all pods of the client. A baseline refuses more than
                `Pooler.session_connections` of all clients together.
            database: the name of one of the cluster's.
            role: that it logs in by, one of the database's.

        Raises:
            ConfigurationError: more than there are, or a database or role that there is not.
        """
        named = database_named(database, self._context.databases)
        role = chosen(role, Owner, named.roles)
        return session_endpoint(self._context, self._read_write, connections, named, role)
