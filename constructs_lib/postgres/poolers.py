"""The poolers of a cluster: PgBouncer, with HAProxy as its router to the primary."""

from __future__ import annotations

from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.published import Facts
from constructs_lib.pods.checks import HttpCheck, TcpCheck
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.placement import Placement, Spread
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretEnv, SecretFiles
from constructs_lib.pods.service import cluster_ip_service
from constructs_lib.pods.volumes import Scratch
from constructs_lib.postgres import paths
from constructs_lib.postgres.assets import asset, filled
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.ports import (
    PATRONI,
    POOLER,
    POOLER_METRICS,
    POSTGRES,
    ROUTER_METRICS,
)
from constructs_lib.postgres.secrets import LOGIN_KEYS

READ_WRITE_PORT = 5000
READ_ONLY_PORT = 5001
POOLER_PORTS: dict[str, int] = {POOLER.name: 5432}
# Connections of a router that are none of clients.
_OF_METRICS = 100
# The first PostgreSQL that tells its clients of a search path.
_TELLS_SEARCH_PATH = 18


def attach_pooler(
    scope: Construct, context: ClusterContext, suffix: str, *, router_port: int
) -> Facts:
    """Create one of the poolers.

    Args:
        scope: the cluster.
        context: shared by all parts.
        suffix: of its name, such as ``rw``.
        router_port: of HAProxy for the primary or the standbys.
    """
    name = f"{context.identity.name}-{suffix}"
    pod = Pod(
        identity=replace(context.identity, name=name, component="pooler"),
        importance=Importance.DATABASE,
        log_format=LogFormat.POSTGRES,
        containers=[_pgbouncer(context, router_port), _router(context), _exporter(context)],
        hardening=Hardening(),
        placement=Placement(zones=Spread.PREFERRED),
        grace_period_seconds=60,
    )
    pod = extended(pod, context.extra_containers)
    made = deployment(scope, pod, replicas=context.pooler.replicas)
    return made.joined(cluster_ip_service(scope, pod.peer, ports=POOLER_PORTS))


def _pgbouncer(context: ClusterContext, router_port: int) -> Container:
    pooler = context.pooler
    ini = filled(
        "pgbouncer.ini",
        databases=_databases(context, router_port),
        client_connections=pooler.client_connections,
        server_connections=pooler.server_share(context.sizing, len(context.databases)),
        tracked=_tracked(context),
        wait_seconds=pooler.wait_seconds,
    )
    scripts = {name: asset(name) for name in ("start-pooler.sh", "drain-pooler.sh")}
    return Container(
        name="pgbouncer",
        image=context.images.pgbouncer,
        resources=context.sizes.pgbouncer,
        command=[f"{paths.SCRIPTS}/start-pooler.sh"],
        ports=[POOLER],
        volumes=[
            ConfigFiles(
                name="pgbouncer",
                files={"pgbouncer.ini": ini},
                mount_path="/etc/pgbouncer",
            ),
            ConfigFiles(name="scripts", files=scripts, mount_path=paths.SCRIPTS, executable=True),
            SecretFiles(
                secret=context.secrets.poolers,
                mount_path=paths.TLS,
                keys=("tls.crt", "tls.key"),
                mode=0o440,
            ),
            context.members_authority,
            SecretFiles(
                secret=context.secrets.pooler,
                mount_path=paths.POOLER,
                keys=LOGIN_KEYS[:2],
                mode=0o440,
            ),
            Scratch(mount_path="/run/pgbouncer", size="1Mi"),
        ],
        readiness=Probe(check=TcpCheck(), port=POOLER.number, period_seconds=5),
        # One that is too busy gets no new clients and keeps those it has; one that hangs ends.
        liveness=Probe(check=TcpCheck(), port=POOLER.number, failure_threshold=30),
        pre_stop=[f"{paths.SCRIPTS}/drain-pooler.sh"],
    )


def _tracked(context: ClusterContext) -> str:
    """Return the parameters that stay with a client; PgBouncer must hear of each change."""
    tells = context.images.server.version >= _TELLS_SEARCH_PATH
    return "IntervalStyle, search_path" if tells else "IntervalStyle"


def _databases(context: ClusterContext, router_port: int) -> str:
    """Return the databases that clients may name: each, and those for writing in sessions too."""
    pooler, router = context.pooler, f"host=127.0.0.1 port={router_port} auth_user=pgbouncer"
    limit = f"connect_query='SET statement_timeout = ''{pooler.statement_seconds}s'''"
    lines = [f"{each.name} = {router} {limit}" for each in context.databases]
    most = pooler.session_connections
    if most and router_port == READ_WRITE_PORT:
        lines += [
            f"{each.session_name} = {router} dbname={each.name} "
            f"pool_mode=session pool_size={most} max_db_connections={most}"
            for each in context.databases
        ]
    # For each user one connection at most, so that none keeps the verifiers from the others.
    return "\n".join([*lines, f"postgres = {router} pool_size=1"])


def _router(context: ClusterContext) -> Container:
    return Container(
        name="router",
        image=context.images.haproxy,
        resources=context.sizes.haproxy,
        command=["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"],
        ports=[ROUTER_METRICS],
        volumes=[
            ConfigFiles(
                name="router",
                files={"haproxy.cfg": haproxy_cfg(context)},
                mount_path="/etc/haproxy",
            ),
            context.members_authority,
        ],
        readiness=Probe(check=HttpCheck(path="/healthz"), port=ROUTER_METRICS.number),
        liveness=Probe(check=HttpCheck(path="/healthz"), port=ROUTER_METRICS.number),
        # It stays until the pooler beside it has let its last query end.
        pre_stop=["sleep", "50"],
    )


def _exporter(context: ClusterContext) -> Container:
    return Container(
        name="exporter",
        image=context.images.pooler_exporter,
        resources=context.sizes.pooler_exporter,
        ports=[POOLER_METRICS],
        env={
            # Without the password, which may have signs in it that no address takes.
            "PGBOUNCER_EXPORTER_CONNECTION_STRING": "postgres://pgbouncer"
            f"@127.0.0.1:{POOLER.number}/pgbouncer?sslmode=require"
        },
        secret_env=[SecretEnv(name="PGPASSWORD", secret=context.secrets.pooler, key="password")],
        liveness=Probe(check=TcpCheck(), port=POOLER_METRICS.number),
    )


def haproxy_cfg(context: ClusterContext) -> str:
    """Return the configuration of HAProxy, which checks the roles of members at Patroni."""
    servers = "\n".join(
        f"  server {name.partition('.')[0]} {name}:{POSTGRES.number} check port {PATRONI.number} "
        f"check-ssl verify required ca-file {paths.MEMBERS}/ca.crt "
        f"check-sni {name} verifyhost {name}"
        for name in context.member_names
    )
    # A star is IPv4 alone.
    ipv6, port = context.kubernetes.addresses.has_ipv6, ROUTER_METRICS.number
    metrics = f":::{port} v4v6" if ipv6 else f"*:{port}"
    return filled(
        "haproxy.cfg",
        members=servers,
        metrics=metrics,
        # Without it HAProxy reserves memory for as many as the runtime lets it open.
        connections=context.sizing.max_connections + _OF_METRICS,
    )
