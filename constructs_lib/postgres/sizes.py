"""How much each container of a PostgreSQL cluster is given."""

from __future__ import annotations

from constructs_lib.pods.resources import Resources
from constructs_lib.values import Value

_BESIDE_A_MEMBER = Resources(cpu="50m", memory="64Mi", ephemeral_storage="64Mi")
_BESIDE_A_POOLER = Resources(cpu="50m", memory="96Mi", ephemeral_storage="64Mi")


class PostgresSizes(Value):
    """What each container of a PostgreSQL cluster is given.

    Args:
        server: PostgreSQL in each member; its parameters follow from them.
        pgbouncer: PgBouncer in each pooler.
        haproxy: HAProxy beside it, which knows the primary.
        pooler_exporter: tells of PgBouncer.
        exporter: tells of PostgreSQL, beside each member.
        credentials: takes changed passwords over, beside each member.
        backup_server: pgBackRest beside each member, which reads, packs and sends what
            is backed up.
        job: each job that backs up, verifies the repository or tidies up.
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
