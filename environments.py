"""What differs from one environment to the next, and from one day to another."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from constructs_lib import (
    Alerting,
    AnyStorageClass,
    Autoscaling,
    BackupPlan,
    BrokerEndpoint,
    Cluster,
    ConfigurationError,
    ExistingStorageClass,
    GrafanaVolume,
    Gunicorn,
    Logs,
    MetricsStore,
    NginxIngress,
    Outside,
    PagerDuty,
    Port,
    PostgresStorage,
    ReclaimPolicy,
    Replicas,
    Resources,
    RollingUpdate,
    S3Bucket,
    S3Repository,
    SecretRef,
    ServiceLevel,
    SingleSignOn,
    Slack,
    StorageClass,
    Value,
)
from constructs_lib.facts import Neighbour, PodMetric
from constructs_lib.observability import (
    GrafanaStorage,
    ObservabilityImages,
    ObservabilitySizes,
    Servers,
    Webhook,
)
from constructs_lib.pods import FailureDomain, Mesh
from constructs_lib.postgres import Failover, Pooler, PostgresImages, PostgresSecrets, PostgresSizes
from constructs_lib.rollouts import Rollout, Scaling
from constructs_lib.security import Registries
from constructs_lib.tiers import CONNECTION_SCALING
from constructs_lib.traffic import Aws, AwsCertificate, LoadBalancer, Renderer

HTTPS = Port(name="https", number=443)
# Who has addresses of its own is named by them.
PAYMENTS = Outside(name="payments", cidrs=("198.51.100.0/26",), ports=(HTTPS,))
IDENTITY = Outside(name="identity-provider", cidrs=("198.51.100.64/26",), ports=(HTTPS,))
# Buckets, pagers and chats of others come with addresses that change.
INTERNET = Outside(
    name="internet",
    cidrs=("0.0.0.0/0",),
    # What is private, link-local or shared: pods and metadata of some clouds are in the last.
    excluded=(
        "10.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ),
    ports=(HTTPS,),
)

# For the database, for all else, and for what may be lost.
FAST = StorageClass(
    name="fast",
    provisioner="ebs.csi.aws.com",
    parameters={"type": "gp3", "iops": "6000", "throughput": "250"},
)
BULK = StorageClass(name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"})
SCRATCH = replace(BULK, name="scratch", reclaim_policy=ReclaimPolicy.DELETE)

CONFIGURATION_BUCKET = S3Bucket(
    bucket="shop-backups",
    region="eu-central-1",
    endpoint="s3.eu-central-1.amazonaws.com",
    path="/configuration",
    secret=SecretRef(name="configuration-bucket", keys=("access-key", "secret-key")),
    target=INTERNET,
)
POSTGRES_REPOSITORY = S3Repository(
    bucket=CONFIGURATION_BUCKET.bucket,
    region=CONFIGURATION_BUCKET.region,
    endpoint=CONFIGURATION_BUCKET.endpoint,
    path="/postgres",
    secret=SecretRef(name="postgres-repository", keys=("access-key", "secret-key", "cipher")),
    target=INTERNET,
)
MANAGED_BROKER = BrokerEndpoint(
    host="redis.shop.example.com",
    port=6379,
    target=Outside(name="redis", cidrs=("10.20.0.0/16",), ports=(Port(name="redis", number=6379),)),
    target_port="redis",
    secret=SecretRef(name="socket-broker", keys=("password",)),
)


# The application writes a line of each request itself.
API_RUNTIME = Gunicorn(access_log=False)


def by_requests(api: Resources) -> Autoscaling:
    """Scale an API by what its pods work on at once: three quarters of their threads."""
    most = API_RUNTIME.processes(api) * API_RUNTIME.threads
    return Autoscaling(
        pod_metrics=(PodMetric(name="http_requests_in_flight", average=most * 3 // 4),)
    )


API_RESOURCES = Resources(cpu="500m", memory="768Mi")
DEV_API_RESOURCES = Resources(cpu="100m", memory="384Mi")


class Images(Value):
    """Every image of the platform: an update is a diff of these lines.

    Those of others have their lines in the library, and each can be replaced here,
    such as with ``PostgresImages(haproxy="…")``.
    """

    web: str = (
        "registry.example.com/shop/web:1.4.2"
        "@sha256:2f1b7a9c4d8e6035b1a2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f7081"
    )
    api: str = (
        "registry.example.com/shop/api:2.0.3"
        "@sha256:8c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5"
    )
    socket: str = (
        "registry.example.com/shop/socket:0.9.1"
        "@sha256:5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3"
    )
    postgres: PostgresImages = PostgresImages()
    observability: ObservabilityImages = ObservabilityImages()
    configuration_backup: str = (
        "docker.io/alpine/k8s:1.34.1"
        "@sha256:ec714df3813b5405292860f8a1c55c5727bf8c33c88992f1e981efad8065547f"
    )


class OwnBroker(Value):
    """A broker in the cluster, in place of a managed one."""

    storage: AnyStorageClass
    size: str
    resources: Resources


class Groups(Value):
    """The groups of the identity provider, by what their people may do."""

    viewers: str = "shop-viewers"
    developers: str = "shop-developers"
    operators: str = "shop-operators"
    on_call: str = "shop-on-call"


class Settings(Value):
    """An environment; without arguments production."""

    # Where its manifests are written to.
    folder: str = "dist"
    images: Images = Images()
    registries: Registries = Registries(
        allowed=(
            "registry.example.com",
            "docker.elastic.co",
            "docker.io/alpine",
            "docker.io/grafana",
            "docker.io/library",
            "docker.io/percona",
            "quay.io/prometheus",
            "quay.io/prometheuscommunity",
            "registry.k8s.io",
        )
    )
    # The cluster and what is around it.
    cluster: Cluster = Cluster()
    domain: str = "shop.example.com"
    renderer: Renderer = NginxIngress()
    monitoring_renderer: Renderer = NginxIngress()
    mesh: Mesh | None = None
    load_balancer: LoadBalancer | None = LoadBalancer(
        source_ranges=("203.0.113.0/24",),
        cloud=Aws(
            certificate=AwsCertificate(
                arn="arn:aws:acm:eu-central-1:123456789012:"
                "certificate/5b0e7d3c-1f2a-4c6b-9d8e-7a6b5c4d3e2f"
            )
        ),
    )
    broker: BrokerEndpoint | OwnBroker = MANAGED_BROKER
    api_server: Outside = Outside(name="api-server", cidrs=("10.0.0.0/24",), ports=(HTTPS,))
    nodes: tuple[str, ...] = ("10.0.0.0/16",)
    internet: Outside | Neighbour = INTERNET
    host_authority: SecretRef | None = None
    most_nodes: int = 50
    certificate_issuer: str = "letsencrypt"
    internal_issuer: str = "shop-ca"
    secret_store: str = "vault"
    # People.
    identity_provider: str = "https://login.example.com"
    identity: Outside = IDENTITY
    sign_on: SecretRef = SecretRef(name="grafana-sign-on", keys=("client-secret",))
    groups: Groups = Groups()
    # What the shop runs.
    api_resources: Resources = API_RESOURCES
    api_scaling: Autoscaling = by_requests(API_RESOURCES)
    socket_resources: Resources = Resources()
    socket_scaling: Scaling = CONNECTION_SCALING
    web_resources: Resources = Resources()
    web_scaling: Scaling = Autoscaling()
    api_connections: int = 400
    api_calls: tuple[Outside, ...] = (PAYMENTS,)
    server_actions_key: SecretRef = SecretRef(name="web-server-actions", keys=("key",))
    web_rollout: Rollout = RollingUpdate()
    web_promise: ServiceLevel = ServiceLevel()
    # What it keeps.
    storage: tuple[AnyStorageClass, ...] = (FAST, BULK, SCRATCH)
    snapshots: tuple[StorageClass, ...] = (FAST, BULK)
    database: PostgresStorage = PostgresStorage(data=FAST)
    database_members: int = 3
    database_failover: Failover = Failover()
    database_sizes: PostgresSizes = PostgresSizes()
    poolers: Pooler = Pooler()
    database_secrets: PostgresSecrets = PostgresSecrets()
    database_backups: BackupPlan = BackupPlan(repository=POSTGRES_REPOSITORY, drill_storage=SCRATCH)
    configuration_bucket: S3Bucket = CONFIGURATION_BUCKET
    # What watches it.
    metrics: MetricsStore = MetricsStore(storage=BULK)
    logs: Logs = Logs(storage=BULK)
    alerting: Alerting = Alerting(
        page=PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=INTERNET),
        ticket=Slack(
            secret=SecretRef(name="team-channel", keys=("url",)), target=INTERNET, channel="#shop"
        ),
        heartbeat=Webhook(
            secret=SecretRef(name="dead-mans-switch", keys=("url",)), target=INTERNET
        ),
        runbooks="https://git.example.com/shop/docs/runbooks",
    )
    observability_sizes: ObservabilitySizes = ObservabilitySizes()
    grafana: SecretRef = SecretRef(name="grafana", keys=("password", "secret-key"))
    grafana_storage: GrafanaStorage = GrafanaVolume(storage_class=BULK)

    @property
    def single_sign_on(self) -> SingleSignOn:
        """How people come into Grafana."""
        return SingleSignOn(
            client_id="grafana",
            secret=self.sign_on,
            authorization_url=f"{self.identity_provider}/authorize",
            token_url=f"{self.identity_provider}/token",
            user_info_url=f"{self.identity_provider}/userinfo",
            provider=self.identity,
            viewers=(self.groups.viewers, self.groups.developers),
            editors=(self.groups.operators, self.groups.on_call),
        )


PRODUCTION = Settings()

# What kind, minikube and their like come with. What is deleted there is gone.
STANDARD = ExistingStorageClass(name="standard", reclaim_policy=ReclaimPolicy.DELETE)
# The network of the nodes of kind; its API server is one of them.
KIND = "172.18.0.0/16"
TEAM = Slack(
    secret=SecretRef(name="team-channel", keys=("url",)), target=INTERNET, channel="#shop-dev"
)

# A laptop with up to three nodes of kind: all that runs asks for four cores and 10 GiB.
DEV = replace(
    PRODUCTION,
    folder="build/dev",
    domain="shop.localhost",
    load_balancer=None,
    registries=replace(
        PRODUCTION.registries,
        allowed=(*PRODUCTION.registries.allowed, "docker.io/oliver006", "docker.io/valkey"),
    ),
    broker=OwnBroker(storage=STANDARD, size="1Gi", resources=Resources(cpu="50m", memory="80Mi")),
    api_server=Outside(name="api-server", cidrs=(KIND,), ports=(Port(name="https", number=6443),)),
    nodes=(KIND,),
    most_nodes=3,
    certificate_issuer=PRODUCTION.internal_issuer,
    host_authority=SecretRef(name="shop-authority", keys=("ca.crt",)),
    secret_store="dev",
    api_resources=DEV_API_RESOURCES,
    api_scaling=replace(by_requests(DEV_API_RESOURCES), min_replicas=1, max_replicas=2),
    socket_resources=Resources(cpu="100m", memory="256Mi"),
    socket_scaling=Replicas(count=1),
    web_resources=Resources(cpu="100m", memory="384Mi"),
    web_scaling=Replicas(count=1),
    storage=(STANDARD,),
    snapshots=(),
    database=PostgresStorage(data=STANDARD, data_size="2Gi", wal_size="4Gi"),
    database_members=1,
    # More of them are on nodes of their own: a small cluster has one zone.
    database_failover=Failover(failure_domain=FailureDomain.NODE),
    database_sizes=PostgresSizes(
        server=Resources(cpu="250m", memory="512Mi"),
        pgbouncer=Resources(cpu="50m", memory="64Mi"),
        job=Resources(cpu="50m", memory="128Mi"),
        drill=Resources(cpu="250m", memory="256Mi"),
    ),
    poolers=Pooler(replicas=1, client_connections=500),
    database_backups=BackupPlan(
        repository=replace(POSTGRES_REPOSITORY, bucket="shop-dev-backups"), drill_storage=STANDARD
    ),
    configuration_bucket=replace(CONFIGURATION_BUCKET, bucket="shop-dev-backups"),
    metrics=MetricsStore(
        storage=STANDARD,
        servers=1,
        size="5Gi",
        retention_days=3,
        series=20_000,
        resources=Resources(cpu="200m", memory="512Mi"),
    ),
    logs=Logs(
        storage=STANDARD,
        servers=1,
        size="5Gi",
        retention_days=3,
        daily_bytes="1Gi",
        resources=Resources(cpu="300m", memory="1Gi", ephemeral_storage="1Gi"),
    ),
    alerting=replace(PRODUCTION.alerting, page=TEAM, ticket=TEAM, heartbeat=None),
    observability_sizes=ObservabilitySizes(
        alertmanager=Servers(count=1, resources=Resources(cpu="50m", memory="128Mi")),
        prometheus_adapter=Servers(count=1, resources=Resources(cpu="100m", memory="256Mi")),
        kube_state_metrics=Resources(cpu="50m", memory="128Mi", ephemeral_storage="64Mi"),
        logstash=Servers(count=1, resources=Resources(cpu="200m", memory="1Gi")),
        kibana=Servers(count=1, resources=Resources(cpu="200m", memory="1Gi")),
        filebeat=Resources(cpu="50m", memory="200Mi"),
    ),
    grafana_storage=GrafanaVolume(storage_class=STANDARD),
)


def chosen() -> Settings:
    """Return the environment that the program is called with: ``production``, or ``dev``."""
    environments = {"production": PRODUCTION, "dev": DEV}
    parser = ArgumentParser(description="Write the manifests of an environment.")
    parser.add_argument("environment", nargs="?", choices=environments, default="production")
    return environments[parser.parse_args().environment]


def output(settings: Settings) -> str:
    """Return where an environment is written, which ``cdk8s synth --output`` may say instead.

    Raises:
        ConfigurationError: the folder of production, one in it or around it, for another
            environment: the CLI empties what it writes to.
    """
    folder = os.environ.get("CDK8S_OUTDIR", settings.folder)
    taken = Path(PRODUCTION.folder).resolve()
    chosen = Path(folder).resolve()
    if settings is not PRODUCTION and (
        chosen.is_relative_to(taken) or taken.is_relative_to(chosen)
    ):
        raise ConfigurationError(
            "--output", folder, f"use '{settings.folder}': '{PRODUCTION.folder}' is production"
        )
    return folder
