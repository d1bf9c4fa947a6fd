"""Chatwoot: Rails with ActionCable, Sidekiq, and a database and Redis outside of the cluster."""

from dataclasses import replace

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    BrokerEndpoint,
    Container,
    DatabaseEndpoint,
    Http,
    Migration,
    Outside,
    Port,
    Probes,
    Resources,
    Route,
    SecretRef,
    TrafficPolicy,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import SentinelMaster
from constructs_lib.pods import (
    ExecCheck,
    Hardening,
    HttpCheck,
    Probe,
    Scratch,
    SecretVariables,
)
from constructs_lib.tiers import PodSettings
from constructs_lib.traffic import Timeouts
from examples.ground import INTERNET, SMTP, finish, host, puma

# All that the chart has in its Secret, under the names that Chatwoot reads.
SECRETS = SecretRef(
    name="chatwoot",
    keys=(
        *("SECRET_KEY_BASE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "FB_APP_SECRET"),
        *("FB_VERIFY_TOKEN", "MAILGUN_INGRESS_SIGNING_KEY", "SENTRY_DSN", "SLACK_CLIENT_SECRET"),
        *("SMTP_PASSWORD", "SMTP_USERNAME"),
    ),
)
# A managed one, since Chatwoot needs the extension pgvector.
POSTGRES = Outside(
    name="postgres", cidrs=("10.20.0.0/24",), ports=(Port(name="postgres", number=5432),)
)
REDIS = Outside(
    name="redis",
    cidrs=("10.20.1.0/24",),
    ports=(Port(name="redis", number=6379), Port(name="sentinel", number=26379)),
)
BROKER = BrokerEndpoint(
    host="redis-0.example.com",
    further_hosts=("redis-1.example.com", "redis-2.example.com"),
    port=26379,
    target=REDIS,
    target_port="sentinel",
    master=SentinelMaster(name="chatwoot", target=REDIS, target_port="redis"),
    secret=SecretRef(name="redis", keys=("password", "sentinel-password")),
).read_as(
    {
        "REDIS_URL": "redis://{master}:6379",
        "REDIS_PASSWORD": "{password}",
        "REDIS_SENTINELS": "{hosts}",
        "REDIS_SENTINEL_MASTER_NAME": "{master}",
        "REDIS_SENTINEL_PASSWORD": "{sentinel_password}",
    }
)
# The image is made for root, and writes beside its code.
USER = Hardening(read_only_root_filesystem=False)
CALLS = (SMTP, INTERNET)
PUMA = puma("bundle", "exec", "rails", "s", "-p", "{port}", "-b", "{address}")


def postgres(connections: int) -> DatabaseEndpoint:
    """Return the database with a share of its connections."""
    return DatabaseEndpoint(
        host="postgres.example.com",
        database="chatwoot_production",
        secret=SecretRef(name="chatwoot-database", keys=("username", "password")),
        connections=connections,
        capacity=700,
        target=POSTGRES,
    ).read_as(
        {
            "POSTGRES_HOST": "{host}",
            "POSTGRES_PORT": "{port}",
            "POSTGRES_DATABASE": "{database}",
            "POSTGRES_USERNAME": "{username}",
            "POSTGRES_PASSWORD": "{password}",
            "POSTGRES_STATEMENT_TIMEOUT": "{statement_seconds}s",
            "RAILS_MAX_THREADS": "{pool_size}",
        }
    )


def rails(*args: str, cpu: str = "1") -> Container:
    """Return a container of the one image."""
    return Container(
        image="registry.example.com/chatwoot/chatwoot:v4.14.0",
        command=["docker/entrypoints/rails.sh"],
        args=args,
        resources=Resources(cpu=cpu, memory="2Gi", ephemeral_storage="3Gi"),
        env={
            "ACTIVE_STORAGE_SERVICE": "amazon",
            "AWS_REGION": "eu-central-1",
            "ENABLE_ACCOUNT_SIGNUP": "false",
            "FORCE_SSL": "false",
            "FRONTEND_URL": "https://chat.example.com",
            "INSTALLATION_ENV": "helm",
            "MAILER_SENDER_EMAIL": "chat@example.com",
            "RAILS_ENV": "production",
            "RAILS_LOG_TO_STDOUT": "true",
            "S3_BUCKET_NAME": "chatwoot",
            "SMTP_ADDRESS": "smtp.example.com",
            "SMTP_ENABLE_STARTTLS_AUTO": "true",
            "SMTP_PORT": "587",
            "WEB_CONCURRENCY": "2",
        },
        env_from=[SecretVariables(secret=SECRETS)],
        volumes=[Scratch(mount_path="/app/tmp", size="1Gi")],
    )


def build(app: App) -> Chart:
    """Build the example, and return the chart of the application."""
    chart = Chart(app, "20-chatwoot", namespace="chatwoot")
    at = host("chat.example.com")
    migration = Migration(
        chart,
        "migration",
        container=rails("bundle", "exec", "rails", "db:chatwoot_prepare"),
        check=["bundle", "exec", "rails", "db:abort_if_pending_migrations"],
        database=postgres(connections=4),
        broker=BROKER,
        settings=PodSettings(hardening=USER),
    )
    pods = Workload(hardening=USER, waits_for=[migration.wait], calls=CALLS)
    web = ApiTier(
        chart,
        "web",
        container=rails(),
        http=Http(
            port=3000,
            metrics=None,
            probes=Probes(readiness=HttpCheck(path="/health"), startup_budget_seconds=540),
        ),
        runtime=PUMA,
        host=at,
        routes=[
            Route(policy=TrafficPolicy(body_limit="40Mi")),
            Route(
                paths=("/cable",),
                name="cable",
                websocket=True,
                policy=TrafficPolicy(timeouts=Timeouts(read_seconds=3600, send_seconds=3600)),
            ),
        ],
        database=postgres(connections=250),
        broker=BROKER,
        scaling=Autoscaling(min_replicas=2, cpu_percent=75, memory_percent=75),
        workload=pods,
        service_level=None,
    )
    worker = WorkerTier(
        chart,
        "worker",
        container=replace(
            rails("bundle", "exec", "sidekiq", "-C", "config/sidekiq.yml", cpu="500m"),
            liveness=Probe(check=ExecCheck(command=("pgrep", "-f", "sidekiq [0-9]"))),
        ),
        database=postgres(connections=250),
        broker=BROKER,
        threads=10,
        longest_task_seconds=60,
        scaling=Autoscaling(min_replicas=2, cpu_percent=75, memory_percent=None),
        workload=pods,
    )
    finish(app, at, [migration, web, worker], chart=chart)
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
