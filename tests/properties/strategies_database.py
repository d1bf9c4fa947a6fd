"""What people write into the fields of a PostgreSQL cluster, by class and field."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from constructs_lib import (
    Database,
    ExistingStorageClass,
    Outside,
    Placement,
    Port,
    ReclaimPolicy,
    Resources,
    SecretRef,
    StorageClass,
)
from constructs_lib.facts import TargetPort
from constructs_lib.pods import Schedule, Spread
from constructs_lib.postgres import EqualShare, NewestBackup, SameStorageClass
from constructs_lib.postgres.roles import ROLES
from tests.properties.strategies_types import Strategy

_TAGS = st.sampled_from(("example.com/image:1.4.2", "example.com/image:18.6.1-1"))
_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)
_PATHS = st.from_regex(r"/[a-z]{3,6}", fullmatch=True)
_SIZES = st.sampled_from(("4Gi", "20Gi", "1.5Ti"))

_KEYS = st.just(
    SecretRef(name="repository", keys=("access-key", "secret-key", "key", "cipher"), revision="3")
)

_BUCKET_PORTS = st.just(TargetPort()) | st.sampled_from((443, 9000))
_HTTPS = (Port(name="https", number=443),)
API_SERVER = Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=_HTTPS)
OBJECT_STORE = Outside(name="object-store", cidrs=("198.51.100.0/24",), ports=_HTTPS)
FAST = StorageClass(name="fast", provisioner="csi.example.com")
BULK = StorageClass(name="bulk", provisioner="csi.example.com")
SCRATCH = StorageClass(
    name="scratch", provisioner="csi.example.com", reclaim_policy=ReclaimPolicy.DELETE
)
STANDARD = ExistingStorageClass(name="standard", reclaim_policy=ReclaimPolicy.DELETE)
CLASSES = st.sampled_from((FAST, BULK, STANDARD))

_DATABASE: dict[str, Strategy] = {
    "name": _WORDS,
    "roles": st.sampled_from((ROLES, ROLES[:1], ROLES[:2])),
    "extensions": st.sampled_from(((), ("pgcrypto",), ("vector", "pgaudit"))),
    "locale": st.sampled_from(("C.UTF-8", "C")),
}


def _schedules(*crons: str) -> Strategy:
    return st.builds(Schedule, cron=st.sampled_from(crons), deadline_seconds=st.integers(1, 3600))


DATABASE: dict[str, Strategy] = {
    "AwsRole.arn": st.just("arn:aws:iam::123456789012:role/shop-backups"),
    "AwsRole.token_service": st.just(OBJECT_STORE),
    "GcsRepository.bucket": _WORDS,
    "GcsRepository.path": _PATHS,
    "GcsRepository.secret": _KEYS,
    "GcsRepository.target": st.just(OBJECT_STORE),
    "GkeIdentity.account": st.just("shop-backups@shop-123456.iam.gserviceaccount.com"),
    "AzureRepository.account": _WORDS,
    "AzureRepository.container": _WORDS,
    "AzureRepository.path": _PATHS,
    "AzureRepository.secret": _KEYS,
    "AzureRepository.target": st.just(OBJECT_STORE),
    "BackupPlan.differential": _schedules("0 1 * * 1-6", "0 1 * * 3"),
    "BackupPlan.drill": _schedules("0 4 * * 6", "30 9 1 * *"),
    "BackupPlan.drill_storage": st.sampled_from((SCRATCH, STANDARD)),
    "Workspace.storage_class": st.just(SCRATCH),
    "BackupPlan.full": _schedules("0 1 * * 0", "0 0 2 * *"),
    "BackupPlan.verification": _schedules("0 4 * * 3", "0 6 1 * *"),
    "BackupPlan.differential_retention": st.integers(1, 100),
    "BackupPlan.full_retention": st.integers(1, 100),
    "Failover.largest_lag_mebibytes": st.integers(1, 1024),
    "Failover.loop_wait_seconds": st.integers(1, 5),
    "Failover.retry_timeout_seconds": st.integers(3, 7),
    "Failover.synchronous_standbys": st.just(1) | st.integers(1, 2),
    "Failover.ttl_seconds": st.integers(20, 60),
    "Pooler.client_connections": st.integers(1, 2_000),
    "Pooler.replicas": st.integers(1, 5),
    "Pooler.server_connections": st.just(EqualShare()) | st.integers(1, 30),
    "Pooler.session_connections": st.integers(0, 4),
    "Pooler.statement_seconds": st.integers(1, 20),
    "Pooler.wait_seconds": st.integers(1, 50),
    **dict.fromkeys(
        ("PostgresCluster.api_server", "VolumeSnapshots.api_server"), st.just(API_SERVER)
    ),
    **{f"Database.{name}": each for name, each in _DATABASE.items()},
    "PostgresCluster.databases": st.lists(
        st.builds(Database, **_DATABASE),
        min_size=1,
        max_size=2,
        unique_by=lambda each: each.name,
    ),
    "VolumeSizes.least": st.sampled_from(("1Gi", "4Gi")),
    "VolumeSizes.most": st.sampled_from(("16Ti", "64Ti")),
    "PostgresCluster.members": st.integers(1, 5),
    "PostgresCluster.parameters": st.just({})
    | st.dictionaries(st.sampled_from(("work_mem", "shared_buffers")), st.just("4MB")),
    "PostgresCluster.placement": st.builds(
        Placement,
        zones=st.just(Spread.REQUIRED),
        min_zones=st.sampled_from((3, 5, 5, 5)),
        nodes=st.sampled_from(Spread),
    )
    | st.builds(Placement, nodes=st.sampled_from(Spread)),
    **{
        f"{type(role).__name__}.secret": st.just(replace(role.secret, name="users"))
        for role in ROLES
    },
    "PostgresSizes.server": st.builds(
        Resources, cpu=st.sampled_from(("1", "8")), memory=st.sampled_from(("1Gi", "64Gi"))
    ),
    "PostgresImage.bin_directory": st.just("/usr/local/bin"),
    "PostgresImage.extensions": st.just(("pgaudit", "pgcrypto", "vector")),
    "PostgresImage.locales": st.just(("C", "C.UTF-8", "de_DE.UTF-8")),
    "PostgresImage.group": st.integers(1, 65_535),
    "PostgresImage.image": _TAGS,
    "PostgresImage.pgbackrest": st.sampled_from(("2.55", "2.59.1")),
    "PostgresImage.user": st.integers(1, 65_535),
    "PostgresImage.version": st.integers(14, 18),
    "PostgresImages.exporter": _TAGS,
    "PostgresImages.haproxy": _TAGS,
    "PostgresImages.pgbouncer": _TAGS,
    "PostgresImages.pooler_exporter": _TAGS,
    "ValkeyImages.exporter": _TAGS,
    "ValkeyImages.server": _TAGS,
    "ValkeySecrets.certificate": st.just(
        SecretRef(name="queue-certificate", keys=("tls.crt", "tls.key", "ca.crt"))
    ),
    "ValkeySecrets.client": st.just(SecretRef(name="queue", keys=("password", "ca.crt"))),
    "ValkeySecrets.monitor": st.just(SecretRef(name="queue-monitor", keys=("password",))),
    "PostgresSecrets.backups": st.just(
        SecretRef(name="backups", keys=("tls.crt", "tls.key", "ca.crt"))
    ),
    "PostgresSecrets.credentials": st.just(
        SecretRef(name="users", keys=("replication", "rewind", "monitor", "more"))
    ),
    "PostgresSecrets.members": st.just(
        SecretRef(name="members", keys=("tls.crt", "tls.key", "ca.crt"))
    ),
    "PostgresSecrets.pooler": st.just(
        SecretRef(
            name="verifiers",
            keys=("username", "password", "next-username", "next-password", "more"),
        )
    ),
    "PostgresSecrets.poolers": st.just(
        SecretRef(name="poolers", keys=("tls.crt", "tls.key", "ca.crt"))
    ),
    "PostgresStorage.data": CLASSES,
    "PostgresStorage.data_size": _SIZES,
    "PostgresStorage.wal": st.just(SameStorageClass()) | CLASSES,
    "PostgresStorage.wal_size": _SIZES,
    "AtRestorePoint.name": _WORDS,
    "AtTime.time": st.just("2026-11-22 23:02:26+00"),
    "AtTransaction.id": st.integers(3, 2**40),
    **{
        f"{kind}.backup": st.just(NewestBackup()) | st.just("20261122-010000F")
        for kind in ("AtRestorePoint", "AtTransaction", "EndOfBackup")
    },
    **{
        f"{kind}.{field}": strategy
        for kind in ("S3Bucket", "S3Repository")
        for field, strategy in {
            "bucket": _WORDS,
            "endpoint": st.just("s3.example.com"),
            "path": _PATHS,
            "port": _BUCKET_PORTS,
            "region": st.just("eu-central-1"),
            "secret": _KEYS,
            "target": st.just(OBJECT_STORE),
        }.items()
    },
    "Schedule.cron": st.sampled_from(("0 1 * * 0", "30 2 * * 1-6", "*/5 4 1 * *")),
    "Schedule.deadline_seconds": st.integers(1, 3600),
    "Schedule.tries": st.integers(1, 10),
    "Schedule.failed_kept": st.integers(0, 5),
    "Schedule.starting_deadline_seconds": st.integers(10, 3600),
    "Schedule.succeeded_kept": st.integers(0, 5),
    "Schedule.time_zone": st.sampled_from(("Etc/UTC", "Etc/UTC", "Etc/UTC", "Europe/Berlin")),
}
