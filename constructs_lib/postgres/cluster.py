"""A PostgreSQL cluster as a product word."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.network import Outside, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import LogFormat
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.service import cluster_ip_service, member_names, members_service
from constructs_lib.pods.stateful_set import stateful_set
from constructs_lib.postgres import backrest, metrics
from constructs_lib.postgres.alerts import alerts
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.backup_alerts import backup_alerts
from constructs_lib.postgres.calls import calls
from constructs_lib.postgres.dashboard import dashboard
from constructs_lib.postgres.database import check_database
from constructs_lib.postgres.failover import Failover
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.jobs import Jobs
from constructs_lib.postgres.maintenance import Maintenance
from constructs_lib.postgres.members import Members
from constructs_lib.postgres.paths import DATA_VOLUME, WAL_VOLUME
from constructs_lib.postgres.patroni import patroni_yaml
from constructs_lib.postgres.pooler import (
    POOLER_PORTS,
    READ_ONLY_PORT,
    READ_WRITE_PORT,
    Pooler,
)
from constructs_lib.postgres.ports import POOLER
from constructs_lib.postgres.recovery import SOURCE, Bootstrap, EmptyDatabase
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.rules import check_range


class PostgresCluster(NamedConstruct):
    """PostgreSQL with standbys that take over, poolers, backups, and their proof.

    Three members in three zones run under Patroni, which keeps the lock of the primary in
    ConfigMaps. A commit is confirmed when a standby has it. Clients connect to poolers that
    find the primary by asking Patroni. Backups and the write-ahead log go to an object
    store; a job restores the newest one each week and reads all of it.

    Creates a StatefulSet, two Deployments of poolers, their Services, budgets and
    ConfigMaps, CronJobs, and an account with rights to its own lock. Secrets are referred to.

    Args:
        scope: a chart in the namespace of the cluster.
        id: the name of the cluster.
        database: which is made at first, owned by the user of the application.
        storage: the volumes of each member.
        backup: where backups go, and when.
        api_server: where the API server is. A NetworkPolicy knows it only by
            address: ``kubectl get endpointslices kubernetes`` shows which.
        members: one primary and the standbys; `Failover` says what fewer promise.
        sizes: what each container is given; the parameters of PostgreSQL follow.
        parameters: parameters of PostgreSQL of your own.
        failover: when a standby takes over, and which loss a commit outlives.
        pooler: how clients share connections.
        maintenance: what is done when few use it.
        bootstrap: where the first data come from; `RestoredDatabase` for a clone
            or a point in time.
        secrets: which Secrets are read.
        images: what is run.
        placement: where members run; the failure domain of `failover` keeps them apart.

    Attributes:
        facts: what the others need to know.

    Raises:
        ConfigurationError: too few members to confirm a commit or too many for the
            zones, parameters beyond the memory, or anything else that cannot work.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: str,
        storage: PostgresStorage,
        backup: BackupPlan,
        api_server: Outside,
        members: int = 3,
        sizes: PostgresSizes = PostgresSizes(),
        parameters: Mapping[str, str] | None = None,
        failover: Failover = Failover(),
        pooler: Pooler = Pooler(),
        maintenance: Maintenance = Maintenance(),
        bootstrap: Bootstrap = EmptyDatabase(),
        secrets: PostgresSecrets = PostgresSecrets(),
        images: PostgresImages = PostgresImages(),
        placement: Placement = Placement(),
    ) -> None:
        super().__init__(scope, id)
        check_range("members", members, 1, 9)
        check_database(database)
        placement = failover.place(members, placement)
        identity = Identity.of(scope, id, component="database")
        sizing = Sizing(
            amounts=sizes.server.amounts(),
            wal_bytes=storage.wal_bytes,
            overrides=parameters or {},
        )
        version = images.server.version
        source = bootstrap.source
        backup.check(source)
        pod = Members(
            identity=identity,
            count=members,
            database=database,
            images=images,
            secrets=secrets,
            repository_env=[
                *backup.repository.secret_env("PGBACKREST"),
                *(source.secret_env(SOURCE) if source else ()),
            ],
            sizes=sizes,
            data=storage.volumes(DATA_VOLUME, WAL_VOLUME),
            configuration=patroni_yaml(
                identity,
                image=images.server,
                sizing=sizing,
                failover=failover,
                bootstrap=bootstrap,
            ),
            backrest=backrest.member_configurations(
                backup.repository, version=version, retention=backup.retention, source=source
            ),
            placement=placement,
            api_server=api_server,
        ).pod()
        self._members = pod.peer
        self._database = database
        self._secrets = secrets
        names = member_names(pod.peer, members)
        cluster_facts = stateful_set(self, pod, replicas=members)

        pooler_facts = []
        for suffix, router_port in (("rw", READ_WRITE_PORT), ("ro", READ_ONLY_PORT)):
            pooler_pod = pooler.pod(
                Identity(name=f"{id}-{suffix}", namespace=identity.namespace, component="pooler"),
                router_port=router_port,
                members=names,
                images=images,
                secrets=secrets,
                sizes=sizes,
                sizing=sizing,
            )
            pooler_facts.append(deployment(self, pooler_pod, replicas=pooler.replicas))
            cluster_ip_service(self, pooler_pod.peer, ports=POOLER_PORTS)
        self._poolers = tuple(facts.peers[0] for facts in pooler_facts)
        self._pooler = pooler
        jobs_facts = Jobs(
            identity=Identity(
                name=f"{id}-jobs", namespace=identity.namespace, component="database-jobs"
            ),
            cluster=id,
            members=names,
            database=database,
            image=images.server,
            secrets=secrets,
            backrest=backrest.job_configurations(
                backup.repository, version=version, retention=backup.retention, members=names
            ),
            data_size=storage.data_size,
            sizes=sizes,
        ).attach(self, backup=backup, maintenance=maintenance)

        self.facts = Facts(
            calls=calls(
                pod.peer,
                poolers=self._poolers,
                jobs=jobs_facts.peers[0],
                repositories=[backup.repository.target, *([source.target] if source else [])],
            ),
            metrics=metrics.endpoints(pod.peer, self._poolers),
            alerts=(
                *alerts(identity, members=members, poolers=self._poolers),
                *backup_alerts(identity, backup),
            ),
            dashboards=(dashboard(pod.peer, count=members, poolers=self._poolers),),
            log_format=LogFormat.POSTGRES,
        ).joined(cluster_facts, *pooler_facts, jobs_facts)

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The names that its certificate must be for; its common name is ``postgres``."""
        namespace = self._members.namespace
        services = [peer.name for peer in self._poolers]
        return (
            "localhost",
            f"*.{members_service(self._members.name)}.{namespace}.svc.cluster.local",
            *(f"{service}.{namespace}.svc.cluster.local" for service in services),
            *(f"{service}.{namespace}" for service in services),
        )

    def read_write(self, *, connections: int) -> DatabaseEndpoint:
        """Return the primary, behind its poolers, for one client.

        Args:
            connections: how many all pods of the client may hold at once. What clients
                hold in all a baseline refuses beyond `Pooler.client_connections`.

        Raises:
            ConfigurationError: more than the poolers take.
        """
        return self._endpoint(self._poolers[0], connections)

    def read_only(self, *, connections: int) -> DatabaseEndpoint:
        """Return the standbys, behind their poolers, for one client.

        What was just written may not be there yet.

        Args:
            connections: how many all pods of the client may hold at once. What clients
                hold in all a baseline refuses beyond `Pooler.client_connections`.

        Raises:
            ConfigurationError: more than the poolers take.
        """
        return self._endpoint(self._poolers[1], connections)

    def _endpoint(self, pooler: Peer, connections: int) -> DatabaseEndpoint:
        return DatabaseEndpoint(
            host=f"{pooler.name}.{pooler.namespace}.svc.cluster.local",
            database=self._database,
            secret=self._secrets.owner,
            connections=connections,
            capacity=self._pooler.client_connections,
            statement_seconds=self._pooler.statement_seconds,
            wait_seconds=self._pooler.wait_seconds,
            target=pooler,
            target_port=POOLER.name,
        )
