"""Mastodon: Rails under Puma, streaming in Node, Sidekiq, its migrations and its jobs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    BrokerEndpoint,
    Container,
    Http,
    Metrics,
    Migration,
    Outside,
    Port,
    Probes,
    Replicas,
    Resources,
    Route,
    Schedule,
    ScheduledJob,
    SecretRef,
    SocketTier,
    TrafficPolicy,
    WorkerTier,
    Workload,
)
from constructs_lib.facts import Neighbour, PodMetric
from constructs_lib.pods import ExecCheck, Hardening, HttpCheck, Probe, Scratch, SecretVariables
from constructs_lib.rollouts import Recreate, Scaling
from constructs_lib.runtimes import NodeServer, Signals
from constructs_lib.tiers import WEBSOCKET_ROUTE, OneOffJob, PodSettings
from examples.ground import INTERNET, SMTP, database, finish, host, puma

# The names and values are those of its own documentation.
LINES = Path(__file__).with_name("production.env").read_text().splitlines()
ENV = dict(line.split("=", 1) for line in LINES)
KEYS = """SECRET_KEY_BASE OTP_SECRET VAPID_PRIVATE_KEY VAPID_PUBLIC_KEY
ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY
ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT
AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY SMTP_LOGIN SMTP_PASSWORD"""
SECRETS = SecretRef(name="mastodon", keys=tuple(KEYS.split()))
# A managed one, whose certificate every image knows: Ruby trusts either those or one of its own.
REDIS = BrokerEndpoint(
    host="redis.example.net",
    port=6379,
    target=Outside(name="redis", cidrs=("10.20.1.0/24",), ports=(Port(name="redis", number=6379),)),
    target_port="redis",
    secret=SecretRef(name="mastodon-redis", keys=("password",)),
    tls=True,
).read_as({"REDIS_URL": "{scheme}://:{password}@{host}:{port}/{database}"})
SEARCH_PORT = Port(name="http", number=9200)
SEARCH = Neighbour(
    name="search", namespace="search", selector={"app": "elasticsearch"}, ports=(SEARCH_PORT,)
)
DATABASE = {
    "DB_HOST": "{host}",
    "DB_PORT": "{port}",
    "DB_NAME": "{database}",
    "DB_USER": "{username}",
    "DB_PASS": "{password}",
    "DB_POOL": "{pool_size}",
    "DB_SSLMODE": "{ssl_mode}",
    "PGSSLROOTCERT": "{ca_file}",
}
USER = Hardening(run_as_user=991, run_as_group=991)
STARTED = "/opt/mastodon/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs"
PROBES = Probes(readiness=HttpCheck(path="/health"), startup_budget_seconds=150)
HEALTH = HttpCheck(path="/api/v1/streaming/health")
# Those after a rollout are left out by it.
FIRST = {"SKIP_POST_DEPLOYMENT_MIGRATIONS": "true"}
RAILS = ("bundle", "exec", "rails")


def rails(*args: str, cpu: str = "500m", memory: str = "1Gi", **more: str) -> Container:
    """Return a container of the image of Rails."""
    return Container(
        image="registry.example.com/mastodon/mastodon:v4.6.3",
        args=args,
        resources=Resources(cpu=cpu, memory=memory, ephemeral_storage="3Gi"),
        env={**ENV, **more},
        env_from=[SecretVariables(secret=SECRETS)],
        volumes=[Scratch(mount_path="/opt/mastodon/tmp", size="256Mi")],
    )


def build(app: App) -> Chart:
    """Build the example, and return the chart of the application."""
    chart = Chart(app, "20-mastodon", namespace="mastodon")
    postgres = database(app, "mastodon")
    at = host(ENV["LOCAL_DOMAIN"])
    settings = PodSettings(hardening=USER, calls=[SEARCH, SMTP, INTERNET])
    usual: dict[str, Any] = {"broker": REDIS, "settings": settings}
    migration = Migration(
        chart,
        "migration",
        container=rails(*RAILS, "db:prepare", **FIRST),
        check=[*RAILS, "db:abort_if_pending_migrations"],
        database=postgres.session(connections=2).read_as(DATABASE),
        deadline_seconds=7200,
        **usual,
    )
    pods = Workload(hardening=USER, waits_for=[migration.wait], calls=settings.calls)
    web = ApiTier(
        chart,
        "web",
        container=rails(cpu="1", memory="2Gi", **FIRST),
        http=Http(port=3000, metrics=None, probes=PROBES),
        runtime=puma("bundle", "exec", "puma", "-C", "config/puma.rb"),
        host=at,
        routes=[Route(policy=TrafficPolicy(body_limit="99Mi"))],
        database=postgres.read_write(connections=200).read_as(DATABASE),
        broker=REDIS,
        scaling=Autoscaling(max_replicas=8),
        workload=pods,
        service_level=None,
    )
    streaming = SocketTier(
        chart,
        "streaming",
        container=Container(image="registry.example.com/mastodon/mastodon-streaming:v4.6.3"),
        http=Http(
            port=4000, metrics=Metrics(port=4000), probes=Probes(liveness=HEALTH, readiness=HEALTH)
        ),
        runtime=NodeServer(signals=Signals(metrics=["connected_clients"])),
        host=at,
        routes=[replace(WEBSOCKET_ROUTE, paths=("/api/v1/streaming",))],
        database=postgres.read_write(connections=100).read_as(DATABASE),
        broker=REDIS,
        scaling=Autoscaling(pod_metrics=[PodMetric(name="connected_clients", average=500)]),
        workload=Workload(hardening=USER),
        service_level=None,
    )

    def sidekiq(
        name: str, *queues: str, threads: int, scaling: Scaling, workload: Workload
    ) -> WorkerTier:
        words = [word for queue in queues for word in ("-q", queue)]
        command = ("bundle", "exec", "sidekiq", "-c", str(threads), *words)
        started = Probe(check=ExecCheck(command=("cat", STARTED)), failure_threshold=12)
        return WorkerTier(
            chart,
            f"sidekiq-{name}",
            container=replace(rails(*command, **FIRST), startup=started),
            # A connection a thread, for as many pods as there are at a rollout.
            database=postgres.read_write(connections=threads * 14).read_as(DATABASE),
            broker=REDIS,
            threads=threads,
            longest_task_seconds=60,
            scaling=scaling,
            workload=workload,
        )

    busy = ("default,8", "push,6", "ingress,4", "mailers,2", "pull", "fasp")
    scaled = Autoscaling(min_replicas=2, max_replicas=6, memory_percent=None)
    # Two schedulers would run each task twice.
    alone = replace(pods, rollout=Recreate())
    workers = [
        sidekiq("all", *busy, threads=25, scaling=scaled, workload=pods),
        sidekiq("scheduler", "scheduler", threads=5, scaling=Replicas(count=1), workload=alone),
    ]
    tootctl = postgres.read_write(connections=5).read_as(DATABASE)
    search = OneOffJob(
        chart,
        "search",
        container=rails("bin/tootctl", "search", "deploy", "--concurrency", "5"),
        database=tootctl,
        **usual,
    )
    media = ScheduledJob(
        chart,
        "remove-media",
        container=rails("bin/tootctl", "media", "remove"),
        schedule=Schedule(cron="0 0 * * 0", deadline_seconds=7200),
        database=tootctl,
        **usual,
    )
    # To be applied when the rollout has ended: it takes away what the version before reads.
    after = OneOffJob(
        Chart(app, "90-after-the-rollout", namespace="mastodon"),
        "post-migration",
        container=rails(*RAILS, "db:migrate"),
        database=postgres.session(connections=2).read_as(DATABASE),
        deadline_seconds=7200,
        **usual,
    )
    jobs = (search, media, after)
    finish(app, at, [postgres, migration, web, streaming, *workers, *jobs], chart=chart)
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
