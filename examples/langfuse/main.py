"""Langfuse: a Next.js web, a worker in Node, and the migration of Prisma before them."""

from dataclasses import replace
from pathlib import Path

from cdk8s import App, Chart

from constructs_lib import (
    Autoscaling,
    Container,
    Http,
    Migration,
    NextJs,
    Probes,
    Resources,
    Route,
    SecretEnv,
    SecretRef,
    TrafficPolicy,
    ValkeyBroker,
    WebTier,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import DatabaseEndpoint, Neighbour, Port
from constructs_lib.pods import ConfigFile, Hardening, HttpCheck, Probe
from constructs_lib.runtimes import Signals
from constructs_lib.tiers import PodSettings
from examples.ground import FAST, INTERNET, database, finish, host

VERSION = "4.4.0"
SECRETS = SecretRef(name="langfuse", keys=("salt", "encryption-key", "nextauth-secret"))
CLICKHOUSE_SECRET = SecretRef(name="clickhouse-auth", keys=("password",))
S3_SECRET = SecretRef(name="langfuse-s3", keys=("access-key", "secret-key"))
SIGN_ON = SecretRef(name="sign-on", keys=("azure-client-secret",))
CLICKHOUSE = Neighbour(
    name="clickhouse",
    namespace="clickhouse",
    selector={"app": "clickhouse"},
    ports=(Port(name="http", number=8123), Port(name="native", number=9000)),
)
CLICKHOUSE_HOST = "clickhouse.clickhouse.svc.cluster.local"
# The image is made for this user, and Prisma unpacks its engine beside its code.
USER = Hardening(run_as_user=1001, run_as_group=1001, read_only_root_filesystem=False)
UPLOADS = ("EVENT_UPLOAD", "BATCH_EXPORT", "MEDIA_UPLOAD")
PENDING = ConfigFile(
    name="pending",
    mount_path="/app/packages/shared/pending.mjs",
    text=Path(__file__).with_name("pending.mjs").read_text(),
)
CHECK = ["node", PENDING.mount_path]
MIGRATE = f"""set -e
cd /app/packages/shared
node {PENDING.mount_path} || prisma migrate deploy
clickhouse/scripts/up.sh
"""
REDIS = {
    "REDIS_HOST": "{host}",
    "REDIS_PORT": "{port}",
    "REDIS_AUTH": "{password}",
    "REDIS_TLS_ENABLED": "{tls}",
    "REDIS_TLS_CA_PATH": "{ca_file}",
}


def known(endpoint: DatabaseEndpoint) -> DatabaseEndpoint:
    """Return the database as Prisma reads it; poolers keep no session of a client."""
    url = "postgresql://{username}:{password}@{host}:{port}/{database}"
    tls = "?sslmode=require&sslaccept=strict&sslcert={ca_file}"
    return endpoint.read_as(
        {"DATABASE_URL": f"{url}{tls}&pgbouncer=true&connection_limit={{pool_size}}"}
    )


def langfuse(image: str, *env_of_its_own: SecretEnv, port: int | None = None) -> Container:
    """Return a container with what web, worker and migration share."""
    env = {
        "AUTH_AZURE_AD_CLIENT_ID": "client",
        "AUTH_AZURE_AD_TENANT_ID": "tenant",
        "AUTH_DISABLE_USERNAME_PASSWORD": "true",
        "CLICKHOUSE_CLUSTER_ENABLED": "true",
        "CLICKHOUSE_DB": "default",
        "CLICKHOUSE_MIGRATION_URL": f"clickhouse://{CLICKHOUSE_HOST}:9000",
        "CLICKHOUSE_URL": f"http://{CLICKHOUSE_HOST}:8123",
        "CLICKHOUSE_USER": "default",
        # The migration does both before the pods start.
        "LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED": "true",
        "LANGFUSE_AUTO_POSTGRES_MIGRATION_DISABLED": "true",
        "LANGFUSE_LOG_FORMAT": "json",
        "NEXTAUTH_URL": "https://langfuse.example.com",
        **{f"LANGFUSE_S3_{use}_BUCKET": "langfuse" for use in UPLOADS},
        **{f"LANGFUSE_S3_{use}_PREFIX": f"{use.lower()}/" for use in UPLOADS},
        **{f"LANGFUSE_S3_{use}_REGION": "eu-central-1" for use in UPLOADS},
    }
    keys = (("ACCESS_KEY_ID", "access-key"), ("SECRET_ACCESS_KEY", "secret-key"))
    return Container(
        image=f"registry.example.com/langfuse/{image}:{VERSION}",
        resources=Resources(cpu="1", memory="4Gi", ephemeral_storage="2Gi"),
        ports=[Port(name="http", number=port)] if port else [],
        env=env,
        secret_env=[
            SecretEnv(name="SALT", secret=SECRETS, key="salt"),
            SecretEnv(name="ENCRYPTION_KEY", secret=SECRETS, key="encryption-key"),
            SecretEnv(name="CLICKHOUSE_PASSWORD", secret=CLICKHOUSE_SECRET, key="password"),
            *(
                SecretEnv(name=f"LANGFUSE_S3_{use}_{name}", secret=S3_SECRET, key=key)
                for use in UPLOADS
                for name, key in keys
            ),
            *env_of_its_own,
        ],
        volumes=[PENDING],
    )


def build(app: App) -> Chart:
    """Build the example, and return the chart of the application."""
    chart = Chart(app, "20-langfuse", namespace="langfuse")
    postgres = database(app, "langfuse")
    queue = ValkeyBroker(chart, "queue", storage=FAST, resources=Resources(memory="1Gi"))
    broker = queue.endpoint.read_as(REDIS)
    at = host("langfuse.example.com")
    migrate = langfuse("langfuse")
    migration = Migration(
        chart,
        "migration",
        container=replace(migrate, command=["sh", "-c", MIGRATE]),
        check=CHECK,
        database=known(postgres.session(connections=4)),
        settings=PodSettings(hardening=USER, calls=[CLICKHOUSE]),
    )
    pods = Workload(hardening=USER, waits_for=[migration.wait], calls=[CLICKHOUSE, INTERNET])
    web = WebTier(
        chart,
        "web",
        container=langfuse(
            "langfuse",
            SecretEnv(name="NEXTAUTH_SECRET", secret=SECRETS, key="nextauth-secret"),
            SecretEnv(
                name="AUTH_AZURE_AD_CLIENT_SECRET", secret=SIGN_ON, key="azure-client-secret"
            ),
        ),
        http=Http(
            port=3000,
            metrics=None,
            probes=Probes(
                liveness=HttpCheck(path="/api/public/health"),
                readiness=HttpCheck(path="/api/public/ready"),
                startup_budget_seconds=300,
            ),
        ),
        runtime=NextJs(app_directory="/app/web", signals=Signals()),
        host=at,
        routes=[Route(policy=TrafficPolicy(body_limit="64Mi"))],
        database=known(postgres.read_write(connections=300)),
        broker=broker,
        scaling=Autoscaling(max_replicas=6, cpu_percent=50),
        workload=pods,
        service_level=None,
    )
    alive = HttpCheck(path="/api/health")
    worker = WorkerTier(
        chart,
        "worker",
        container=replace(
            langfuse("langfuse-worker", port=3030),
            startup=Probe(check=alive, port=3030, period_seconds=5, failure_threshold=24),
            liveness=Probe(check=alive, port=3030),
        ),
        database=known(postgres.read_write(connections=300)),
        broker=broker,
        threads=10,
        scaling=Autoscaling(max_replicas=6, cpu_percent=50, memory_percent=None),
        workload=pods,
    )
    finish(app, at, [postgres, queue, migration, web, worker], chart=chart)
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
