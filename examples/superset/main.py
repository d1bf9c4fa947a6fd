"""Apache Superset: web, websockets, Celery worker and beat, and the migration before them."""

from dataclasses import replace
from pathlib import Path

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    Container,
    Gunicorn,
    Http,
    Migration,
    Probes,
    Replicas,
    Resources,
    Route,
    SecretEnv,
    SecretRef,
    SocketTier,
    TrafficPolicy,
    ValkeyBroker,
    ValkeyCache,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import DatabaseEndpoint
from constructs_lib.pods import (
    ConfigFiles,
    ExecCheck,
    Hardening,
    HttpCheck,
    Probe,
    Scratch,
)
from constructs_lib.rollouts import Recreate
from constructs_lib.runtimes import NodeServer, Signals
from constructs_lib.tiers import PodSettings
from constructs_lib.traffic import Timeouts
from examples.ground import FAST, INTERNET, database, finish, host

APP = "superset.tasks.celery_app:app"
SECRETS = SecretRef(name="superset", keys=("secret-key", "jwt-secret"))
ADMIN = SecretRef(name="superset-admin", keys=("username", "password", "email"))
JWT = SecretEnv(name="JWT_SECRET", secret=SECRETS, key="jwt-secret")
SMALL = Resources(cpu="500m", memory="2Gi", ephemeral_storage="1Gi")
LARGE = Resources(cpu="1", memory="4Gi", ephemeral_storage="2Gi")
HEALTH = HttpCheck(path="/health")
USER = Hardening(run_as_user=1000, run_as_group=1000)
HERE = Path(__file__).with_name("files")
FILES = ConfigFiles(
    name="superset",
    files={name: (HERE / name).read_text() for name in ("superset_config.py", "pending.py")},
    mount_path="/app/pythonpath",
)
REDIS_URL = "{scheme}://:{password}@{host}:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={ca_file}"
# The first administrator may be there already, who then has another password by now.
MIGRATE = """set -eu
python /app/pythonpath/pending.py || superset db upgrade
superset init
superset fab create-admin --username "$ADMIN_USERNAME" --firstname First --lastname Person \\
  --email "$ADMIN_EMAIL" --password "$ADMIN_PASSWORD" || true
"""


def superset(
    *command: str, resources: Resources = Resources(cpu="500m", memory="2Gi")
) -> Container:
    """Return a container: every Python part of it is one image with one configuration."""
    return Container(
        image="registry.example.com/apache/superset:6.1.0",
        command=command,
        resources=resources,
        secret_env=[JWT, SecretEnv(name="SECRET_KEY", secret=SECRETS, key="secret-key")],
        volumes=[FILES, Scratch(mount_path="/app/superset_home", size="256Mi")],
    )


def build(app: App) -> Chart:
    """Build the example, and return the chart of the application."""
    chart = Chart(app, "20-superset", namespace="superset")
    postgres = database(app, "superset")
    queue = ValkeyBroker(chart, "queue", storage=FAST)
    cache = ValkeyCache(chart, "cache", resources=Resources(cpu="100m", memory="1Gi"))
    broker = queue.endpoint.read_as({"CELERY_BROKER_URL": REDIS_URL})
    results = cache.endpoint.read_as({"CACHE_URL": REDIS_URL})
    at = host("bi.example.com")
    events = queue.endpoint.read_as(
        {
            "REDIS_HOST": "{host}",
            "REDIS_PORT": "{port}",
            "REDIS_PASSWORD": "{password}",
            "REDIS_SSL": "{tls}",
            "NODE_EXTRA_CA_CERTS": "{ca_file}",
        }
    )

    def known(endpoint: DatabaseEndpoint) -> DatabaseEndpoint:
        url = "postgresql+psycopg2://{username}:{password}@{host}:{port}/{database}"
        tls = "?sslmode={ssl_mode}&sslrootcert={ca_file}"
        return endpoint.read_as({"DATABASE_URL": url + tls, "DATABASE_POOL": "{pool_size}"})

    migrate = superset("sh", "-c", MIGRATE)
    admin = [SecretEnv(name=f"ADMIN_{key.upper()}", secret=ADMIN, key=key) for key in ADMIN.keys]
    migration = Migration(
        chart,
        "migration",
        container=migrate.with_defaults(secret_env=admin),
        check=["python", "/app/pythonpath/pending.py"],
        database=known(postgres.session(connections=4)),
        broker=broker,
        cache=results,
        settings=PodSettings(hardening=USER),
    )
    # Charts ask databases of others, wherever they are.
    pods = Workload(hardening=USER, waits_for=[migration.wait], calls=[INTERNET])
    web = ApiTier(
        chart,
        "web",
        # Not its own script, whose flags would win over what the tier says.
        container=superset("gunicorn", "superset.app:create_app()", resources=LARGE),
        http=Http(
            port=8088,
            metrics=None,
            probes=Probes(startup=HEALTH, readiness=HEALTH, startup_budget_seconds=300),
        ),
        runtime=Gunicorn(workers=4, threads=20, timeout_seconds=300),
        host=at,
        routes=[Route(policy=TrafficPolicy(timeouts=Timeouts(read_seconds=320, send_seconds=320)))],
        database=known(postgres.read_write(connections=640)),
        broker=broker,
        cache=results,
        scaling=Autoscaling(min_replicas=3, max_replicas=6, cpu_percent=80),
        workload=pods,
        service_level=None,
    )
    websocket = SocketTier(
        chart,
        "websocket",
        container=Container(
            image="registry.example.com/apache/superset-websocket:6.1.0",
            env={"JWT_COOKIE_NAME": "async-token"},
            secret_env=[JWT],
        ),
        http=Http(metrics=None, probes=Probes(liveness=HEALTH, readiness=HEALTH)),
        runtime=NodeServer(signals=Signals()),
        host=at,
        # Superset writes the events of queries there, and the server hands them on.
        broker=events,
        scaling=Autoscaling(),
        service_level=None,
    )
    # It imports all of Superset before it asks.
    ping = ExecCheck(command=("sh", "-c", f"celery -A {APP} inspect ping -d celery@$HOSTNAME"))
    alive = Probe(check=ping, period_seconds=120, timeout_seconds=60)
    worker = WorkerTier(
        chart,
        "worker",
        container=replace(
            superset("celery", f"--app={APP}", "worker", "-O", "fair", "-c", "2"), liveness=alive
        ),
        database=known(postgres.read_write(connections=60)),
        broker=broker,
        cache=results,
        processes=2,
        scaling=Autoscaling(min_replicas=2, max_replicas=8, memory_percent=None),
        workload=pods,
    )
    beat = WorkerTier(
        chart,
        "beat",
        container=superset("celery", f"--app={APP}", "beat", "--schedule=/tmp/schedule"),
        database=known(postgres.read_write(connections=4)),
        broker=broker,
        cache=results,
        longest_task_seconds=10,
        scaling=Replicas(count=1),
        workload=Workload(rollout=Recreate(), hardening=USER, waits_for=[migration.wait]),
    )
    tiers = [web, websocket, worker, beat]
    finish(app, at, [postgres, queue, cache, migration, *tiers], chart=chart)
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
