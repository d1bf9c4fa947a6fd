"""What people write into the fields of a PostgreSQL cluster, by class and field."""

from __future__ import annotations

from hypothesis import strategies as st

from constructs_lib import SecretRef
from tests.properties.strategies_types import Strategy

_TAGS = st.sampled_from(("example.com/image:1.4.2", "example.com/image:18.6.1-1"))
_WORDS = st.from_regex(r"[a-z]{3,6}", fullmatch=True)
_PATHS = st.from_regex(r"/[a-z]{3,6}", fullmatch=True)
_SIZES = st.sampled_from(("4Gi", "20Gi", "1.5Ti"))

_KEYS = st.just(
    SecretRef(name="repository", keys=("access-key", "secret-key", "key", "cipher"), revision="3")
)

DATABASE: dict[str, Strategy] = {
    "AzureRepository.account": _WORDS,
    "AzureRepository.container": _WORDS,
    "AzureRepository.path": _PATHS,
    "AzureRepository.secret": _KEYS,
    "BackupPlan.differential_retention": st.integers(1, 100),
    "BackupPlan.full_retention": st.integers(1, 100),
    "Failover.largest_lag_mebibytes": st.integers(1, 1024),
    "Failover.loop_wait_seconds": st.integers(1, 5),
    "Failover.retry_timeout_seconds": st.integers(3, 7),
    "Failover.synchronous_standbys": st.integers(1, 2),
    "Failover.ttl_seconds": st.integers(20, 60),
    "Pooler.client_connections": st.integers(1, 10_000),
    "Pooler.replicas": st.integers(2, 5),
    "Pooler.server_connections": st.none() | st.integers(1, 100),
    "PostgresImage.bin_directory": st.just("/usr/lib/postgresql/17/bin"),
    "PostgresImage.group": st.integers(1, 65_535),
    "PostgresImage.image": _TAGS,
    "PostgresImage.user": st.integers(1, 65_535),
    "PostgresImage.version": st.integers(14, 18),
    "PostgresImages.exporter": _TAGS,
    "PostgresImages.haproxy": _TAGS,
    "PostgresImages.pgbouncer": _TAGS,
    "PostgresImages.pooler_exporter": _TAGS,
    "PostgresSecrets.certificate": st.just(
        SecretRef(name="tls", keys=("tls.crt", "tls.key", "ca.crt"))
    ),
    "PostgresSecrets.credentials": st.just(
        SecretRef(
            name="users", keys=("superuser", "replication", "rewind", "pooler", "monitor", "more")
        )
    ),
    "PostgresSecrets.owner": st.just(
        SecretRef(name="owner", keys=("ca.crt", "password", "username"))
    ),
    "PostgresStorage.data_size": _SIZES,
    "PostgresStorage.wal_size": _SIZES,
    "RestoredDatabase.target_time": st.none() | st.just("2026-11-22 23:02:26+00"),
    "S3Repository.bucket": _WORDS,
    "S3Repository.endpoint": st.just("s3.example.com"),
    "S3Repository.path": _PATHS,
    "S3Repository.secret": _KEYS,
    "S3Repository.region": st.just("eu-central-1"),
    "Schedule.cron": st.sampled_from(("0 1 * * 0", "30 2 * * 1-6", "*/5 4 1 * *")),
    "Schedule.deadline_seconds": st.integers(1, 3600),
    "Schedule.tries": st.integers(1, 10),
}
