"""An application with all that runs beside its API: worker, scheduler, migration, nightly job."""

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BrokerEndpoint,
    Container,
    DatabaseEndpoint,
    Migration,
    Outside,
    Port,
    Replicas,
    Schedule,
    ScheduledJob,
    SecretRef,
    WorkerTier,
    Workload,
)
from constructs_lib.pods import Scratch
from constructs_lib.rollouts import Recreate

IMAGE = "registry.example.com/shop/api:2.0.3"
POSTGRES = Outside(
    name="postgres", cidrs=("10.20.0.0/24",), ports=(Port(name="postgres", number=5432),)
)
REDIS = Outside(name="redis", cidrs=("10.20.1.0/24",), ports=(Port(name="redis", number=6379),))
BROKER = BrokerEndpoint(host="redis.example.com", port=6379, target=REDIS, target_port="redis")


def database(connections: int) -> DatabaseEndpoint:
    """Return the database with a share of its connections."""
    return DatabaseEndpoint(
        host="postgres.example.com",
        database="shop",
        secret=SecretRef(name="shop-database", keys=("username", "password")),
        connections=connections,
        target=POSTGRES,
    )


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "shop", namespace="shop")
    # A version that is rolled back to finds nothing pending, and would fail to migrate.
    migrate = "python pending.py || alembic upgrade head"
    migration = Migration(
        chart,
        "migration",
        container=Container(image=IMAGE, command=["sh", "-c", migrate]),
        check=["python", "pending.py"],
        database=database(connections=2),
    )
    after_it = Workload(waits_for=[migration.wait])
    ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        database=database(connections=100),
        workload=after_it,
    )
    WorkerTier(
        chart,
        "worker",
        container=Container(image=IMAGE, command=["celery", "--app=shop", "worker", "-c", "2"]),
        database=database(connections=50),
        broker=BROKER,
        processes=2,
        workload=after_it,
    )
    # Two schedulers would send each task twice.
    WorkerTier(
        chart,
        "scheduler",
        container=Container(
            image=IMAGE,
            command=["celery", "--app=shop", "beat", "--schedule=/var/run/beat/schedule"],
            volumes=[Scratch(mount_path="/var/run/beat", size="1Mi")],
        ),
        broker=BROKER,
        longest_task_seconds=10,
        scaling=Replicas(count=1),
        workload=Workload(rollout=Recreate(), waits_for=[migration.wait]),
    )
    ScheduledJob(
        chart,
        "remove-old-carts",
        container=Container(image=IMAGE, command=["python", "-m", "shop.remove_old_carts"]),
        schedule=Schedule(cron="30 3 * * *", time_zone="Europe/Berlin"),
        database=database(connections=1),
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
