"""The values of a PostgreSQL cluster refuse what cannot work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from constructs_lib import ConfigurationError, Outside, Resources, SecretRef
from constructs_lib.facts import Amounts
from constructs_lib.facts.buckets import Addressing, AwsRole
from constructs_lib.pods.schedule import Schedule
from constructs_lib.postgres import AzureRepository, GcsRepository, GkeIdentity
from constructs_lib.postgres.failover import Failover
from constructs_lib.postgres.images import PostgresImage, PostgresImages
from constructs_lib.postgres.pooler import Pooler
from constructs_lib.postgres.recovery_targets import (
    AtRestorePoint,
    AtTime,
    AtTransaction,
    EndOfBackup,
)
from constructs_lib.postgres.roles import Owner, Writer
from constructs_lib.postgres.secrets import PostgresSecrets
from constructs_lib.postgres.sizing import Sizing
from constructs_lib.postgres.storage import PostgresStorage
from tests.postgres.ends import BACKUP, FAST, OBJECT_STORE, REPOSITORY, SOURCE

AWS = "s3.eu-central-1.amazonaws.com"
CIPHER = SecretRef(name="cipher", keys=("cipher",))
ROLE = AwsRole(arn="arn:aws:iam::123456789012:role/shop-backups", token_service=OBJECT_STORE)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Failover(ttl_seconds=19), "Failover.ttl_seconds: got 19"),
        (lambda: Failover(retry_timeout_seconds=8), "use at least 21"),
        (lambda: PostgresImage(image="postgres:latest"), "PostgresImage.image"),
        (
            lambda: PostgresImage(image="postgres:17.10.1", version=17),
            "PostgresImage.bin_directory: got '/usr/pgsql-18/bin'; name the directory of",
        ),
        (
            lambda: PostgresImage(pgbackrest="newest"),
            "PostgresImage.pgbackrest: got 'newest'; write what `pgbackrest version` says",
        ),
        (
            lambda: PostgresImage(version=17, bin_directory="/usr/bin", pgbackrest="2.53.1"),
            "PostgresImage.pgbackrest: got '2.53.1'; have 2.54 or newer",
        ),
        (lambda: PostgresImage(pgbackrest="2.54.2"), "got '2.54.2'; have 2.55 or newer"),
        (
            lambda: PostgresImage(version=19, bin_directory="/usr/bin", pgbackrest="2.58.0"),
            "got '2.58.0'; have 2.59 or newer",
        ),
        (lambda: PostgresImages(haproxy="haproxy:3"), "PostgresImages.haproxy"),
        (
            lambda: Owner(secret=SecretRef(name="a", keys=("username",))),
            "Owner.secret: got ('username',); include 'ca.crt', 'password'",
        ),
        (
            lambda: Writer(secret=SecretRef(name="a", keys=("username", "password", "ca.crt"))),
            "'ca.crt'); include 'next-password', 'next-username'",
        ),
        (
            lambda: PostgresSecrets(members=SecretRef(name="a", keys=("tls.crt",))),
            "PostgresSecrets.members: got ('tls.crt',); include 'ca.crt', 'tls.key'",
        ),
        (
            lambda: PostgresSecrets(poolers=PostgresSecrets().members),
            "PostgresSecrets.poolers: got 'postgres-members'; give it a Secret of its own",
        ),
        (lambda: Pooler(statement_seconds=0), "Pooler.statement_seconds: got 0"),
        (lambda: Pooler(wait_seconds=0), "Pooler.wait_seconds: got 0"),
        (lambda: PostgresStorage(data=FAST, wal_size="1Gi"), "use at least 4Gi"),
        (lambda: PostgresStorage(data=FAST, data_size="100Mi"), "got '100Mi'; use at least 1Gi"),
        (
            lambda: AtTime(time="2026-11-22 23:02"),
            "write date, time and zone",
        ),
        (lambda: AtTransaction(id=2), "AtTransaction.id: got 2"),
        (lambda: AtRestorePoint(name="it's"), "AtRestorePoint.name: got"),
        (lambda: EndOfBackup(backup="newest"), "write what `pgbackrest info` shows"),
        (
            lambda: AtTime(time="2026-11-31 23:02:26+00"),
            "AtTime.time: got '2026-11-31 23:02:26+00'; write",
        ),
        (
            lambda: replace(REPOSITORY, secret=SecretRef(name="a", keys=("cipher",))),
            "include 'access-key', 'secret-key'",
        ),
        (
            lambda: AzureRepository(
                account="shop\nrepo1-cipher-type=none",
                container="backups",
                path="/postgres",
                secret=SecretRef(name="a", keys=("key", "cipher")),
                target=REPOSITORY.target,
            ),
            "AzureRepository.account: got 'shop\\nrepo1-cipher-type=none'; use 3 to 24 of",
        ),
        (lambda: replace(REPOSITORY, bucket="Backups"), "S3Repository.bucket: got 'Backups'; use"),
        (lambda: replace(REPOSITORY, bucket="10.0.0.1"), "'-' and '.', no address"),
        (
            lambda: replace(REPOSITORY, bucket="shop.backups", endpoint=AWS),
            "S3Repository.bucket: got 'shop.backups'; use a name without '.': no certificate",
        ),
        (
            lambda: replace(REPOSITORY, endpoint=f"shop-backups.{AWS}"),
            "leave the bucket out: it is put before",
        ),
        (
            lambda: replace(
                REPOSITORY, endpoint="minio.minio.svc.cluster.local", addressing=Addressing.HOST
            ),
            "use Addressing.PATH: a Service has no name 'shop-backups.minio.minio.svc",
        ),
        (lambda: replace(REPOSITORY, port=0), "S3Repository.port: got 0"),
        (
            lambda: replace(REPOSITORY, secret=SecretRef(name="a", keys=("key",)), role=ROLE),
            "S3Repository.secret: got ('key',); include 'cipher'",
        ),
        (
            lambda: AwsRole(arn="shop-backups", token_service=OBJECT_STORE),
            "AwsRole.arn: got 'shop-backups'; write 'arn:aws:iam::",
        ),
        (
            lambda: replace(BACKUP, second=replace(REPOSITORY, secret=SOURCE.secret)),
            "BackupPlan.second: got '/postgres'; name another place",
        ),
        (
            lambda: GkeIdentity(account="shop-backups"),
            "write 'name@project.iam.gserviceaccount.com'",
        ),
        (
            lambda: GcsRepository(
                bucket="goog-shop", path="/db", secret=CIPHER, target=OBJECT_STORE
            ),
            "GcsRepository.secret: got ('cipher',); include 'key'",
        ),
        (
            lambda: replace(REPOSITORY, target=Outside(name="a", cidrs=("10.0.0.0/8",))),
            "give it the port",
        ),
        (
            lambda: replace(BACKUP, differential=Schedule(cron="0 2 * * *")),
            "BackupPlan.differential: got '0 2 * * *'; choose a time when full",
        ),
    ],
)
def test_fails(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert says in str(refused.value)


@pytest.mark.mission("B124")
def test_retention() -> None:
    kept = replace(BACKUP, full_retention=8, differential_retention=30).retention
    assert (kept["retention-full"], kept["retention-diff"]) == ("8", "30")


def test_a_parameter_of_all_members_is_kept_apart() -> None:
    amounts = Amounts(
        cpu=Decimal(2), cpu_limit=None, memory=Decimal(8 * 2**30), ephemeral_storage=Decimal(2**30)
    )
    sizing = Sizing(
        amounts=amounts, data_bytes=2**30, wal_bytes=20 * 2**30, overrides={"wal_level": "logical"}
    )
    assert "wal_level" not in sizing.parameters
    assert sizing.static["wal_level"] == "logical"


def test_page_tables_count() -> None:
    """Of many connections that have read the same buffers, they are as much as those."""

    def needed(**own: str) -> int:
        amounts = Resources(cpu="8", memory="64Gi").amounts()
        sizing = Sizing(amounts=amounts, data_bytes=2**37, wal_bytes=2**36, overrides=own)
        return sizing.memory_needed

    few = {"max_connections": "512", "work_mem": "1MB", "shared_buffers": "1GB"}
    assert needed(**few | {"shared_buffers": "2GB"}) - needed(**few) == 2 * 2**30
    with pytest.raises(ConfigurationError, match=r"parameters: .*at the worst moment: lower"):
        needed(max_connections="1000", work_mem="1MB", shared_buffers="24GB")


def test_fails_with_log_that_is_kept_for_later() -> None:
    """Old files of the log are kept, and used again, up to the least size."""
    amounts = Resources(cpu="8", memory="64Gi").amounts()
    with pytest.raises(ConfigurationError, match=r"parameters: .* of log pile up"):
        Sizing(
            amounts=amounts,
            data_bytes=2**37,
            wal_bytes=20 * 2**30,
            overrides={"min_wal_size": "30GB"},
        )
