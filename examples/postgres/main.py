"""A database with backups to an object store, one API that writes to it and one that reads."""

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BackupPlan,
    Container,
    Database,
    Namespace,
    Outside,
    Port,
    PostgresCluster,
    PostgresStorage,
    ReclaimPolicy,
    Resources,
    S3Repository,
    SecretRef,
    SecurityBaseline,
    StorageClass,
)
from constructs_lib.pods import Schedule
from constructs_lib.postgres import PostgresSizes


def build(app: App) -> Chart:
    """Build the example, and return the chart of the database."""
    bulk = StorageClass(name="bulk", provisioner="ebs.csi.aws.com")
    fast = StorageClass(
        name="fast", provisioner="ebs.csi.aws.com", parameters={"type": "io2", "iops": "6000"}
    )
    scratch = StorageClass(
        name="scratch", provisioner="ebs.csi.aws.com", reclaim_policy=ReclaimPolicy.DELETE
    )
    https = Port(name="https", number=443)
    chart = Chart(app, "10-database", namespace="shop")
    database = PostgresCluster(
        chart,
        "orders-db",
        databases=[Database(name="orders")],
        storage=PostgresStorage(data=bulk, data_size="500Gi", wal=fast, wal_size="40Gi"),
        sizes=PostgresSizes(server=Resources(cpu="4", memory="16Gi", ephemeral_storage="1Gi")),
        parameters={"max_wal_size": "8GB"},
        backup=BackupPlan(
            repository=S3Repository(
                bucket="orders-backups",
                region="eu-central-1",
                endpoint="s3.eu-central-1.amazonaws.com",
                path="/orders-db",
                secret=SecretRef(
                    name="orders-repository", keys=("access-key", "secret-key", "cipher")
                ),
                target=Outside(name="object-store", cidrs=("198.51.100.0/24",), ports=(https,)),
            ),
            drill_storage=scratch,
            differential=Schedule(cron="0 3 * * 1-6", deadline_seconds=3600),
            full_retention=8,
        ),
        api_server=Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(https,)),
    )
    tiers = Chart(app, "20-tiers", namespace="shop")
    orders = ApiTier(
        tiers,
        "orders",
        container=Container(image="registry.example.com/shop/orders:2.0.3"),
        database=database.read_write(connections=400),
    )
    reports = ApiTier(
        tiers,
        "reports",
        container=Container(image="registry.example.com/shop/reports:1.1.0"),
        database=database.read_only(connections=200),
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        storage=[bulk, fast, scratch],
        constructs=[database, orders, reports],
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
