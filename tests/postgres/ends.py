"""What a PostgreSQL cluster stands on in these tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from cdk8s import Chart

from constructs_lib import Outside, Port, ReclaimPolicy, SecretRef, StorageClass
from constructs_lib.postgres.backup import BackupPlan
from constructs_lib.postgres.cluster import PostgresCluster
from constructs_lib.postgres.database import Database
from constructs_lib.postgres.repository import S3Repository
from constructs_lib.postgres.storage import PostgresStorage
from constructs_lib.testing import find

FAST = StorageClass(name="fast", provisioner="csi.example.com")
SCRATCH = StorageClass(
    name="scratch", provisioner="csi.example.com", reclaim_policy=ReclaimPolicy.DELETE
)
HTTPS = Port(name="https", number=443)
API_SERVER = Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,))
OBJECT_STORE = Outside(name="object-store", cidrs=("198.51.100.0/24",), ports=(HTTPS,))
REPOSITORY = S3Repository(
    bucket="shop-backups",
    region="eu-central-1",
    endpoint="s3.example.com",
    path="/postgres",
    secret=SecretRef(name="postgres-repository", keys=("access-key", "secret-key", "cipher")),
    target=OBJECT_STORE,
)
SOURCE = replace(
    REPOSITORY,
    path="/postgres-a",
    secret=SecretRef(name="postgres-a-repository", keys=("access-key", "secret-key", "cipher")),
)
STORAGE = PostgresStorage(data=FAST)
BACKUP = BackupPlan(repository=REPOSITORY, drill_storage=SCRATCH)


def cluster(chart: Chart, id: str = "postgres", **arguments: Any) -> PostgresCluster:  # noqa: ANN401
    """Make a cluster in which only these arguments are not the usual."""
    usual = {
        "databases": [Database(name="shop")],
        "storage": STORAGE,
        "backup": BACKUP,
        "api_server": API_SERVER,
    }
    return PostgresCluster(chart, id, **{**usual, **arguments})


def patroni(chart: Chart) -> dict[str, Any]:
    text = find(chart, "ConfigMap", "postgres-patroni")["data"]["patroni.yaml"]
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def member(chart: Chart) -> dict[str, Any]:
    pod: dict[str, Any] = find(chart, "StatefulSet", "postgres")["spec"]["template"]
    return pod
