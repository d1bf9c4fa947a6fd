"""The poolers that applications connect to, each with a router that knows the primary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Port
from constructs_lib.names import Identity
from constructs_lib.pods.checks import HttpCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.placement import Placement, Spread
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.volumes import Scratch
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset, filled
from constructs_lib.postgres.images import PostgresImages
from constructs_lib.postgres.ports import (
    PATRONI,
    POOLER,
    POOLER_METRICS,
    POSTGRES,
    ROUTER_METRICS,
)
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizes import PostgresSizes
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.rules import check_range, check_seconds

READ_WRITE_PORT = 5000
READ_ONLY_PORT = 5001


@dataclass(frozen=True, kw_only=True, slots=True)
class Pooler:
    """PgBouncer in transaction mode, once for reading and writing, once for reading.

    Args:
        replicas: of each of the two. One alone is away when its node is lost, until
            another runs elsewhere.
        client_connections: that one replica takes, and no less than all clients
            together are given, so that one replica can carry them while others are
            gone.
        server_connections: that one replica opens to PostgreSQL; by default what
            ``max_connections`` leaves for each when a rollout of both has one
            replica more. Readers count too: with no standby left they go to the
            primary.
        statement_seconds: after which PostgreSQL gives up on a statement of a
            client. What takes longer, such as a migration, says
            ``SET LOCAL statement_timeout = 0`` in its transaction.
        wait_seconds: after which a client that gets no connection fails; as long as
            a failover takes, so that it waits through one.

    Raises:
        ConfigurationError: a number out of range; with a cluster, more server
            connections than PostgreSQL has.
    """

    replicas: int = 2
    client_connections: int = 1000
    server_connections: int | None = None
    statement_seconds: int = 20
    wait_seconds: int = 45

    def __post_init__(self) -> None:
        check_range("Pooler.replicas", self.replicas, 1, 50)
        check_range("Pooler.client_connections", self.client_connections, 1, 100_000)
        if self.server_connections is not None:
            check_range("Pooler.server_connections", self.server_connections, 1, 10_000)
        check_seconds("Pooler.statement_seconds", self.statement_seconds)
        check_seconds("Pooler.wait_seconds", self.wait_seconds)

    def server_share(self, sizing: Sizing) -> int:
        """Return how many connections one replica opens at most."""
        at_once = 2 * (self.replicas + 1)
        share = sizing.client_connections // at_once
        if share < 1:
            raise ConfigurationError(
                "Pooler.replicas",
                self.replicas,
                f"give them max_connections: of {sizing.max_connections} there are "
                f"{sizing.client_connections} for {at_once} replicas in a rollout",
            )
        if self.server_connections is None:
            return share
        if self.server_connections > share:
            raise ConfigurationError(
                "Pooler.server_connections",
                self.server_connections,
                f"use at most {share}: a rollout has {at_once} replicas, and of max_connections "
                f"{sizing.max_connections} there are {sizing.client_connections} for them",
            )
        return self.server_connections

    def pod(
        self,
        identity: Identity,
        *,
        router_port: int,
        members: Sequence[str],
        images: PostgresImages,
        secrets: PostgresSecrets,
        sizes: PostgresSizes,
        sizing: Sizing,
    ) -> Pod:
        """Return the pod of a pooler.

        Args:
            identity: of the pooler.
            router_port: where its router leads to what it is for.
            members: the DNS names of the members.
            images: what it runs.
            secrets: what it reads.
            sizes: what each of its containers is given.
            sizing: how many connections there are.
        """
        ini = filled(
            "pgbouncer.ini",
            router_port=router_port,
            client_connections=self.client_connections,
            server_connections=self.server_share(sizing),
            statement_seconds=self.statement_seconds,
            wait_seconds=self.wait_seconds,
        )
        scripts = {name: asset(name) for name in ("start-pooler.sh", "drain-pooler.sh")}
        certificate = SecretFiles(secret=secrets.certificate, mount_path=paths.TLS, mode=0o440)
        pgbouncer = Container(
            name="pgbouncer",
            image=images.pgbouncer,
            resources=sizes.pgbouncer,
            command=[f"{paths.SCRIPTS}/start-pooler.sh"],
            ports=[POOLER],
            volumes=[
                ConfigFiles(
                    name="pgbouncer",
                    files={"pgbouncer.ini": ini},
                    mount_path="/etc/pgbouncer",
                ),
                ConfigFiles(
                    name="scripts", files=scripts, mount_path=paths.SCRIPTS, executable=True
                ),
                certificate,
                SecretFiles(secret=secrets.credentials, mount_path=paths.CREDENTIALS, mode=0o440),
                Scratch(mount_path="/run/pgbouncer", size="1Mi"),
            ],
            readiness=Probe(check=TcpCheck(), port=POOLER.number, period_seconds=5),
            liveness=Probe(check=TcpCheck(), port=POOLER.number),
            pre_stop=[f"{paths.SCRIPTS}/drain-pooler.sh"],
        )
        router = Container(
            name="router",
            image=images.haproxy,
            resources=sizes.haproxy,
            command=["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"],
            ports=[ROUTER_METRICS],
            volumes=[
                ConfigFiles(
                    name="router",
                    files={"haproxy.cfg": haproxy_cfg(members)},
                    mount_path="/etc/haproxy",
                ),
                certificate,
            ],
            readiness=Probe(check=HttpCheck(path="/healthz"), port=ROUTER_METRICS.number),
            liveness=Probe(check=HttpCheck(path="/healthz"), port=ROUTER_METRICS.number),
            # It stays until the pooler beside it has let its last query end.
            pre_stop=["sleep", "50"],
        )
        exporter = Container(
            name="exporter",
            image=images.pooler_exporter,
            resources=sizes.pooler_exporter,
            ports=[POOLER_METRICS],
            env={
                # Without the password, which may have signs in it that no address takes.
                "PGBOUNCER_EXPORTER_CONNECTION_STRING": "postgres://pgbouncer"
                f"@127.0.0.1:{POOLER.number}/pgbouncer?sslmode=require"
            },
            secret_env=[SecretEnv(name="PGPASSWORD", secret=secrets.credentials, key="pooler")],
            liveness=Probe(check=TcpCheck(), port=POOLER_METRICS.number),
        )
        return Pod(
            identity=identity,
            importance=Importance.DATABASE,
            containers=[pgbouncer, router, exporter],
            hardening=Hardening(),
            placement=Placement(zones=Spread.PREFERRED),
            grace_period_seconds=60,
        )


def haproxy_cfg(members: Sequence[str]) -> str:
    """Return how a router finds the primary and the standbys.

    Args:
        members: the DNS names of the members.
    """
    servers = "\n".join(
        f"  server {name.partition('.')[0]} {name}:{POSTGRES.number} check port {PATRONI.number} "
        f"check-ssl verify required ca-file {paths.TLS}/ca.crt "
        f"check-sni {name} verifyhost {name}"
        for name in members
    )
    return filled("haproxy.cfg", members=servers)


POOLER_PORTS: dict[str, int] = {POOLER.name: 5432}
SCRAPED_PORTS: tuple[Port, ...] = (ROUTER_METRICS, POOLER_METRICS)
