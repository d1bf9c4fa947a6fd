"""Resources of the containers of a PostgreSQL cluster."""

from __future__ import annotations

from constructs_lib.pods.resources import Resources
from constructs_lib.values import Value

_BESIDE_A_MEMBER = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")
_BESIDE_A_POOLER = Resources(cpu="50m", memory="96Mi", ephemeral_storage="64Mi")


class PostgresSizes(Value):
    """Resources of the containers of a PostgreSQL cluster.

    Args:
        server: PostgreSQL in each member; its parameters are derived from them.
        pgbouncer: PgBouncer in each pooler.
        haproxy: HAProxy in each pooler.
        pooler_exporter: the exporter of PgBouncer.
        exporter: the exporter of PostgreSQL in each member.
        credentials: the sidecar that applies changed passwords in each member.
        backup_server: pgBackRest in each member, which reads, compresses and sends backups.
        job: each job of backups, verification and maintenance.
        drill: the job that restores a backup, which runs PostgreSQL with 64 MB of
            shared buffers.
    """

    server: Resources = Resources(cpu="2", memory="8Gi", ephemeral_storage="1Gi")
    pgbouncer: Resources = Resources(cpu="250m", memory="128Mi", ephemeral_storage="128Mi")
    haproxy: Resources = _BESIDE_A_POOLER
    pooler_exporter: Resources = _BESIDE_A_POOLER
    exporter: Resources = _BESIDE_A_MEMBER
    credentials: Resources = _BESIDE_A_MEMBER
    backup_server: Resources = Resources(cpu="100m", memory="256Mi", ephemeral_storage="64Mi")
    job: Resources = Resources(cpu="100m", memory="256Mi", ephemeral_storage="128Mi")
    drill: Resources = Resources(cpu="500m", memory="1Gi", ephemeral_storage="256Mi")
