"""The exporter of metrics beside a member."""

from __future__ import annotations

from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.postgres import paths
from constructs_lib.postgres.context import ClusterContext
from constructs_lib.postgres.ports import METRICS, POSTGRES


def exporter(context: ClusterContext) -> Container:
    """Return the container, which reads as a user of its own."""
    return Container(
        name="exporter",
        image=context.images.exporter,
        resources=context.sizes.exporter,
        args=[
            "--collector.database_wraparound",
            "--collector.long_running_transactions",
            "--collector.stat_checkpointer",
            # Those that took most of the time, with the beginning of each text.
            "--collector.stat_statements",
            "--collector.stat_statements.exclude_users=monitor",
            "--collector.stat_statements.include_query",
            "--collector.stat_statements.limit=50",
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
                secret=context.secrets.credentials,
                mount_path=paths.CREDENTIALS,
                keys=("monitor",),
                mode=0o440,
            )
        ],
        liveness=Probe(check=HttpCheck(path="/"), port=METRICS.number),
    )
