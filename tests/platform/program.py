"""The reference platform as it once was: what these tests expect is written for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cdk8s import ApiObjectMetadata, App, Chart

from constructs_lib import (
    ApiTier,
    Autoscaling,
    AwsCertificate,
    BrokerEndpoint,
    Call,
    Container,
    DatabaseEndpoint,
    Debugger,
    Developer,
    Host,
    LoadBalancer,
    Namespace,
    Neighbour,
    NextJs,
    NginxIngress,
    Operator,
    Outside,
    PodMetric,
    Port,
    PublicHost,
    Publisher,
    Resources,
    SecretRef,
    SecurityBaseline,
    SocketTier,
    StorageTier,
    Tls,
    Viewer,
    WebTier,
    Workload,
)
from imports.io.cert_manager import (
    Certificate,
    CertificateSpec,
    CertificateSpecIssuerRef,
    CertificateSpecPrivateKey,
    CertificateSpecPrivateKeyAlgorithm,
    CertificateSpecPrivateKeyRotationPolicy,
)
from imports.io.external_secrets import (
    ExternalSecret,
    ExternalSecretSpec,
    ExternalSecretSpecData,
    ExternalSecretSpecDataRemoteRef,
    ExternalSecretSpecRefreshPolicy,
    ExternalSecretSpecSecretStoreRef,
    ExternalSecretSpecSecretStoreRefKind,
)

PART_OF = {"app.kubernetes.io/part-of": "shop"}
PRIVATE_RANGES = ("10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True, kw_only=True, slots=True)
class Images:
    """Every image of the platform, pinned by digest: an update is a diff of these lines."""

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
    certificate_issuer: str = "letsencrypt"
    secret_store: str = "vault"


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What the platform is made of."""

    constructs: Sequence[Publisher]


def platform(app: App, settings: Settings = Settings()) -> Platform:
    """Build the platform."""

    def chart(id: str, namespace: str | None = "app") -> Chart:
        return Chart(app, id, namespace=namespace, labels=PART_OF)

    host = Host(name=settings.host, tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    object_store = Outside(
        name="object-store",
        cidrs=("0.0.0.0/0",),
        excluded=PRIVATE_RANGES,
        ports=(Port(name="https", number=443),),
    )

    api = ApiTier(
        chart("20-api"),
        "api",
        container=Container(
            image=settings.images.api, resources=Resources(cpu="500m", memory="768Mi")
        ),
        host=host,
        database=DatabaseEndpoint(
            host="postgres.shop.example.com",
            database="shop",
            secret=SecretRef(name="api-database", keys=("username", "password", "ca.crt")),
            connections=200,
            target=Outside(
                name="postgres",
                cidrs=settings.managed_services,
                ports=(Port(name="postgres", number=5432),),
            ),
        ),
        scaling=Autoscaling(pod_metrics=(PodMetric(name="http_requests_in_flight", average=6),)),
        workload=Workload(calls=[object_store]),
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
    public_host = PublicHost(chart("50-host"), "host", host=host, constructs=[api, socket, web])

    prometheus = Neighbour(
        name="prometheus",
        namespace="prometheus",
        selector={"app.kubernetes.io/name": "prometheus"},
    )
    namespaces = [
        Namespace(name="app"),
        Namespace(name="monitoring"),
        Namespace(name="logging"),
    ]
    everywhere = tuple(namespace.name for namespace in namespaces)
    SecurityBaseline(
        chart("00-cluster", namespace=None),
        "baseline",
        namespaces=namespaces,
        storage=[
            StorageTier(name="fast", provisioner=settings.provisioner, parameters=settings.fast),
            StorageTier(name="bulk", provisioner=settings.provisioner, parameters=settings.bulk),
        ],
        constructs=[api, socket, web, public_host],
        personas=[
            Viewer(groups=("shop-viewers",), namespaces=everywhere),
            Developer(groups=("shop-developers",), namespaces=("app",)),
            Operator(groups=("shop-operators",), namespaces=everywhere),
            Debugger(groups=("shop-on-call",), namespaces=("app",)),
        ],
        calls=[
            Call(source=prometheus, target=tier.peer, port="metrics") for tier in (api, socket, web)
        ],
    )
    return Platform(constructs=(api, socket, web))


def add_ons(app: App, made: Platform, settings: Settings = Settings()) -> None:
    """Build what needs the CRDs of cert-manager and External Secrets."""
    chart = Chart(app, "add-ons", namespace="app", labels=PART_OF)
    Certificate(
        chart,
        "Certificate",
        metadata=ApiObjectMetadata(name="shop-tls"),
        spec=CertificateSpec(
            secret_name="shop-tls",
            dns_names=[settings.host],
            issuer_ref=CertificateSpecIssuerRef(
                name=settings.certificate_issuer, kind="ClusterIssuer"
            ),
            private_key=CertificateSpecPrivateKey(
                algorithm=CertificateSpecPrivateKeyAlgorithm.ECDSA,
                size=256,
                rotation_policy=CertificateSpecPrivateKeyRotationPolicy.ALWAYS,
            ),
        ),
    )
    secrets = {use.secret.name: use for tier in made.constructs for use in tier.facts.secrets}
    for name, use in secrets.items():
        ExternalSecret(
            chart,
            f"Secret-{name}",
            metadata=ApiObjectMetadata(name=name, namespace=use.namespace),
            spec=ExternalSecretSpec(
                refresh_policy=ExternalSecretSpecRefreshPolicy.PERIODIC,
                refresh_interval="1h",
                secret_store_ref=ExternalSecretSpecSecretStoreRef(
                    name=settings.secret_store,
                    kind=ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE,
                ),
                data=[
                    ExternalSecretSpecData(
                        secret_key=key,
                        remote_ref=ExternalSecretSpecDataRemoteRef(
                            key=f"shop/{name}", property=key
                        ),
                    )
                    for key in use.secret.keys
                ],
            ),
        )


def main() -> None:
    """Write the platform to dist/, and what needs add-ons below it."""
    app = App()
    made = platform(app)
    below = App(outdir=f"{app.outdir}/add-ons")
    add_ons(below, made)
    app.synth()
    below.synth()


if __name__ == "__main__":
    main()
