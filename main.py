"""The reference platform: a shop with a web, an API and a websocket tier on a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cdk8s import ApiObjectMetadata, App, Chart

from constructs_lib import (
    AdmissionPolicies,
    Alerting,
    ApiTier,
    Autoscaling,
    AwsCertificate,
    BackupPlan,
    BrokerEndpoint,
    ConfigurationBackup,
    Container,
    Dashboards,
    Debugger,
    DebugTargets,
    Developer,
    EncryptionConfiguration,
    ExternalSecrets,
    FixedImages,
    GrafanaVolume,
    HandmadeSecrets,
    Host,
    LoadBalancer,
    Logs,
    MetricsStore,
    Namespace,
    NextJs,
    NginxIngress,
    ObservabilityImages,
    ObservabilityStack,
    Operator,
    Outside,
    PagerDuty,
    PodMetric,
    PodSecurity,
    Port,
    PostgresCluster,
    PostgresImages,
    PostgresStorage,
    ReclaimPolicy,
    Registries,
    Resources,
    S3Bucket,
    S3Repository,
    SecretRef,
    SecretSources,
    SecurityBaseline,
    SingleSignOn,
    Slack,
    SnapshotClasses,
    SocketTier,
    StorageTier,
    Tls,
    UnprivilegedPods,
    Viewer,
    Webhook,
    WebTier,
)
from imports.io.cert_manager import (
    Certificate,
    CertificateSpec,
    CertificateSpecIssuerRef,
    CertificateSpecPrivateKey,
    CertificateSpecPrivateKeyAlgorithm,
    CertificateSpecPrivateKeyEncoding,
    CertificateSpecPrivateKeyRotationPolicy,
)

Constructs = tuple[
    PostgresCluster, ApiTier, SocketTier, WebTier, ConfigurationBackup, ObservabilityStack
]

PART_OF = {"app.kubernetes.io/part-of": "shop"}
PRIVATE_RANGES = ("10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
APP = Namespace(name="app")
MONITORING = Namespace(name="monitoring")
LOGGING = Namespace(name="logging")
AGENTS = Namespace(name="node-agents", pod_security=PodSecurity.PRIVILEGED)
NAMESPACES = (APP, MONITORING, LOGGING, AGENTS)
REGISTRIES = Registries(
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Images:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What differs from one environment to the next."""

    images: Images = Images()
    host: str = "shop.example.com"
    provisioner: str = "ebs.csi.aws.com"
    fast: dict[str, str] = field(default_factory=lambda: {"type": "gp3", "iops": "6000"})
    bulk: dict[str, str] = field(default_factory=lambda: {"type": "st1"})
    partners: tuple[str, ...] = ("203.0.113.0/24",)
    certificate: AwsCertificate | None = AwsCertificate(
        arn="arn:aws:acm:eu-central-1:123456789012:certificate/5b0e7d3c-1f2a-4c6b-9d8e-7a6b5c4d3e2f"
    )
    managed_services: tuple[str, ...] = ("10.20.0.0/16",)
    api_server: tuple[str, ...] = ("10.0.0.0/24",)
    nodes: tuple[str, ...] = ("10.0.0.0/16",)
    identity_provider: str = "https://login.example.com"
    runbooks: str = "https://git.example.com/shop/docs/runbooks"
    backup_bucket: str = "shop-backups"
    backup_region: str = "eu-central-1"
    backup_endpoint: str = "s3.eu-central-1.amazonaws.com"
    certificate_issuer: str = "letsencrypt"
    internal_issuer: str = "shop-ca"
    secret_store: str = "vault"


def platform(app: App, settings: Settings = Settings()) -> Constructs:
    """Build the platform and return its constructs."""

    def chart(id: str, namespace: str | None = "app") -> Chart:
        return Chart(app, id, namespace=namespace, labels=PART_OF)

    fast, bulk, scratch = storage_tiers(settings)
    host = Host(name=settings.host, tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    internet = Outside(
        name="internet",
        cidrs=("0.0.0.0/0",),
        excluded=PRIVATE_RANGES,
        ports=(Port(name="https", number=443),),
    )

    api_server = Outside(
        name="api-server", cidrs=settings.api_server, ports=(Port(name="https", number=443),)
    )

    postgres = PostgresCluster(
        chart("10-postgres"),
        "postgres",
        database="shop",
        storage=PostgresStorage(data=fast),
        backup=BackupPlan(
            repository=S3Repository(
                bucket=settings.backup_bucket,
                region=settings.backup_region,
                endpoint=settings.backup_endpoint,
                path="/postgres",
                secret=SecretRef(
                    name="postgres-repository", keys=("access-key", "secret-key", "cipher")
                ),
                target=internet,
            ),
            drill_storage=scratch,
        ),
        api_server=api_server,
        images=settings.images.postgres,
    )
    api = ApiTier(
        chart("20-api"),
        "api",
        container=Container(
            image=settings.images.api, resources=Resources(cpu="500m", memory="768Mi")
        ),
        host=host,
        database=postgres.read_write(connections=400),
        calls=[internet],
        scaling=Autoscaling(pod_metrics=(PodMetric(name="http_requests_in_flight", average=6),)),
    )
    socket = SocketTier(
        chart("30-socket"),
        "socket",
        container=Container(image=settings.images.socket),
        host=host,
        broker=BrokerEndpoint(
            host="redis.shop.example.com",
            port=6379,
            target=Outside(
                name="redis",
                cidrs=settings.managed_services,
                ports=(Port(name="redis", number=6379),),
            ),
            target_port="redis",
            secret=SecretRef(name="socket-broker", keys=("password",)),
        ),
    )
    web = WebTier(
        chart("40-web"),
        "web",
        container=Container(image=settings.images.web),
        host=host,
        load_balancer=LoadBalancer(
            source_ranges=settings.partners, certificate=settings.certificate
        ),
        upstreams={"API_URL": api.endpoint},
        nextjs=NextJs(server_actions_key=SecretRef(name="web-server-actions", keys=("key",))),
    )
    host.attach(chart("50-host"))

    # Its account reads every namespace, so it is where no developer starts pods.
    configuration_backup = ConfigurationBackup(
        chart("80-configuration-backup", namespace=MONITORING.name),
        "configuration-backup",
        namespaces=NAMESPACES,
        bucket=S3Bucket(
            bucket=settings.backup_bucket,
            region=settings.backup_region,
            endpoint=settings.backup_endpoint,
            path="/configuration",
            secret=SecretRef(name="configuration-bucket", keys=("access-key", "secret-key")),
            target=internet,
        ),
        api_server=api_server,
        image=settings.images.configuration_backup,
    )
    monitoring_host = Host(
        name=f"grafana.{settings.host}", tls=Tls(secret_name="grafana-tls"), renderer=NginxIngress()
    )
    observability = ObservabilityStack(
        chart("60-observability", namespace=None),
        "observability",
        watches=[postgres, api, socket, web, configuration_backup],
        monitoring=MONITORING,
        logging=LOGGING,
        agents=AGENTS,
        metrics=MetricsStore(storage=fast),
        alerting=Alerting(
            page=PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=internet),
            ticket=Slack(
                secret=SecretRef(name="team-channel", keys=("url",)),
                target=internet,
                channel="#shop",
            ),
            heartbeat=Webhook(
                secret=SecretRef(name="dead-mans-switch", keys=("url",)), target=internet
            ),
            runbooks=settings.runbooks,
        ),
        dashboards=Dashboards(
            admin=SecretRef(name="grafana", keys=("password", "secret-key")),
            storage=GrafanaVolume(tier=fast),
            host=monitoring_host,
            sign_on=SingleSignOn(
                client_id="grafana",
                secret=SecretRef(name="grafana-sign-on", keys=("client-secret",)),
                authorization_url=f"{settings.identity_provider}/authorize",
                token_url=f"{settings.identity_provider}/token",
                user_info_url=f"{settings.identity_provider}/userinfo",
                provider=internet,
                viewers=("shop-viewers", "shop-developers"),
                editors=("shop-operators", "shop-on-call"),
            ),
        ),
        logs=Logs(storage=bulk),
        api_server=api_server,
        nodes=settings.nodes,
        internet=internet,
        images=settings.images.observability,
    )
    monitoring_host.attach(chart("70-monitoring-host", namespace=MONITORING.name))
    everywhere = tuple(namespace.name for namespace in NAMESPACES)
    SecurityBaseline(
        chart("00-cluster", namespace=None),
        "baseline",
        namespaces=NAMESPACES,
        storage=[fast, bulk, scratch],
        constructs=[postgres, api, socket, web, configuration_backup, observability],
        registries=REGISTRIES,
        personas=[
            Viewer(groups=("shop-viewers",), namespaces=everywhere),
            Developer(groups=("shop-developers",), namespaces=("app",)),
            Operator(groups=("shop-operators",), namespaces=everywhere),
            Debugger(groups=("shop-on-call",), namespaces=("app",)),
        ],
    )
    return postgres, api, socket, web, configuration_backup, observability


def storage_tiers(settings: Settings) -> tuple[StorageTier, StorageTier, StorageTier]:
    """Return the tiers for what must be fast, what is much, and what may be lost."""
    fast = StorageTier(name="fast", provisioner=settings.provisioner, parameters=settings.fast)
    bulk = StorageTier(name="bulk", provisioner=settings.provisioner, parameters=settings.bulk)
    return fast, bulk, replace(bulk, name="scratch", reclaim_policy=ReclaimPolicy.DELETE)


def add_ons(app: App, constructs: Constructs, settings: Settings = Settings()) -> None:
    """Build what needs CRDs of add-ons, or a newer Kubernetes than the platform does."""
    chart = Chart(app, "add-ons", namespace="app", labels=PART_OF)
    certificate(chart, "shop-tls", names=[settings.host], issuer=settings.certificate_issuer)
    certificate(
        chart,
        "grafana-tls",
        namespace="monitoring",
        names=[f"grafana.{settings.host}"],
        issuer=settings.certificate_issuer,
    )
    postgres, api, socket, web, _, observability = constructs
    certificate(
        chart,
        "postgres-tls",
        common_name="postgres",
        names=postgres.dns_names,
        issuer=settings.internal_issuer,
    )
    for namespace in ("logging", "node-agents"):
        certificate(
            chart,
            "logging-tls",
            namespace=namespace,
            names=observability.dns_names,
            issuer=settings.internal_issuer,
        )
    SecretSources(
        chart,
        "secrets",
        constructs=constructs,
        source=ExternalSecrets(store=settings.secret_store, path="shop/"),
        exceptions=dict.fromkeys(("postgres-tls", "logging-tls"), HandmadeSecrets()),
    )
    cluster = Chart(app, "cluster", labels=PART_OF)
    fast, bulk, _ = storage_tiers(settings)
    SnapshotClasses(cluster, "snapshots", storage=[fast, bulk])
    AdmissionPolicies(
        cluster,
        "shop",
        namespaces=NAMESPACES,
        policies=[
            FixedImages(),
            REGISTRIES,
            DebugTargets(groups=("shop-on-call",), workloads=(api.peer, socket.peer, web.peer)),
        ],
    )
    AdmissionPolicies(
        cluster,
        "shop-pods",
        namespaces=[each for each in NAMESPACES if each.pod_security != PodSecurity.PRIVILEGED],
        policies=[UnprivilegedPods()],
    )


def certificate(
    chart: Chart,
    name: str,
    *,
    names: Sequence[str],
    issuer: str,
    namespace: str = "app",
    common_name: str | None = None,
) -> None:
    """Ask cert-manager for a certificate, in the Secret of this name."""
    Certificate(
        chart,
        f"Certificate-{namespace}-{name}",
        metadata=ApiObjectMetadata(name=name, namespace=namespace),
        spec=CertificateSpec(
            secret_name=name,
            common_name=common_name,
            dns_names=list(names),
            issuer_ref=CertificateSpecIssuerRef(name=issuer, kind="ClusterIssuer"),
            private_key=CertificateSpecPrivateKey(
                algorithm=CertificateSpecPrivateKeyAlgorithm.ECDSA,
                encoding=CertificateSpecPrivateKeyEncoding.PKCS8,
                size=256,
                rotation_policy=CertificateSpecPrivateKeyRotationPolicy.ALWAYS,
            ),
        ),
    )


def main() -> None:
    """Write the platform to dist/; below it, where `kubectl apply` does not look, the rest."""
    app = App()
    constructs = platform(app)
    below = App(outdir=f"{app.outdir}/add-ons")
    add_ons(below, constructs)
    app.synth()
    below.synth()
    administrator = Path(app.outdir, "cluster-administrator")
    administrator.mkdir(exist_ok=True)
    (administrator / "encryption.yaml").write_text(EncryptionConfiguration().to_yaml())


if __name__ == "__main__":
    main()
