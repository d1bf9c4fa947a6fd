"""The settings that main.py is built with here: those of `dev`, for the cluster at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from constructs_lib import (
    Autoscaling,
    BrokerEndpoint,
    GatewayApi,
    Outside,
    Port,
    Replicas,
    S3Bucket,
    SecretRef,
)
from constructs_lib.facts import Neighbour
from constructs_lib.observability import ObservabilityImages
from constructs_lib.postgres import PostgresImage, PostgresImages
from environments import CONFIGURATION_BUCKET, DEV, POSTGRES_REPOSITORY, TEAM, Images, Settings
from tests.cluster.images import reference
from tests.cluster.kubectl import objects

Store = TypeVar("Store", bound=S3Bucket)

GATEWAY = GatewayApi(
    gateway_class="contour",
    namespace="app",
    controller=Neighbour(name="envoy", namespace="projectcontour", selector={"app": "envoy"}),
)
STORE = Neighbour(
    name="object-store",
    namespace="object-store",
    selector={"app.kubernetes.io/name": "object-store"},
    ports=(Port(name="https", number=7070),),
)
BROKER = BrokerEndpoint(
    host="redis.redis.svc.cluster.local",
    port=6379,
    target=Neighbour(
        name="redis",
        namespace="redis",
        selector={"app.kubernetes.io/name": "redis"},
        ports=(Port(name="redis", number=6379),),
    ),
    target_port="redis",
    secret=SecretRef(name="socket-broker", keys=("password",)),
)
INBOX = Neighbour(
    name="inbox",
    namespace="webhooks",
    selector={"app.kubernetes.io/name": "inbox"},
    ports=(Port(name="http", number=8080),),
)


def settings() -> Settings:
    """Return the settings of `dev` for the cluster of KUBECONFIG."""
    (api_server,) = objects("endpointslices", "-n", "default", "kubernetes")
    addresses = [each for endpoint in api_server["endpoints"] for each in endpoint["addresses"]]
    return replace(
        DEV,
        folder="build/cluster",
        # The Service of Envoy: every pod finds the host, without a DNS of its own.
        domain="envoy.projectcontour.svc",
        renderer=GATEWAY,
        monitoring_renderer=replace(GATEWAY, namespace="monitoring"),
        images=_images(),
        # Where the host is asked for from outside.
        internet=replace(GATEWAY.controller, ports=(Port(name="https", number=8443),)),
        api_server=Outside(
            name="api-server",
            cidrs=tuple(f"{address}/32" for address in addresses),
            ports=(Port(name="https", number=api_server["ports"][0]["port"]),),
        ),
        nodes=tuple(f"{address}/32" for address in _node_addresses()),
        # No image of Valkey comes from a package index.
        broker=BROKER,
        database_backups=replace(
            DEV.database_backups, repository=_in_the_cluster(POSTGRES_REPOSITORY)
        ),
        configuration_bucket=_in_the_cluster(CONFIGURATION_BUCKET),
        alerting=replace(
            DEV.alerting, page=replace(TEAM, target=INBOX), ticket=replace(TEAM, target=INBOX)
        ),
    )


def highly_available() -> Settings:
    """Return those under which nothing planned ends a request, and no zone is needed."""
    chosen = settings()
    return replace(
        chosen,
        api_scaling=replace(chosen.api_scaling, min_replicas=2, max_replicas=4),
        socket_scaling=Replicas(count=2),
        web_scaling=Autoscaling(min_replicas=2, max_replicas=4),
        database_members=3,
        poolers=replace(chosen.poolers, replicas=2),
    )


def _images() -> Images:
    return Images(
        web=reference("web"),
        api=reference("api"),
        socket=reference("socket"),
        postgres=PostgresImages(
            server=PostgresImage(
                image=reference("database"),
                version=18,
                bin_directory="/usr/lib/postgresql/18/bin",
                user=999,
                group=999,
            ),
            pgbouncer=reference("database"),
            haproxy=reference("database"),
            exporter=reference("postgres-exporter"),
            pooler_exporter=reference("pgbouncer-exporter"),
        ),
        observability=ObservabilityImages(
            prometheus=reference("prometheus"),
            alertmanager=reference("alertmanager"),
            kube_state_metrics=reference("kube-state-metrics"),
            node_exporter=reference("node-exporter"),
            blackbox_exporter=reference("blackbox"),
            prometheus_adapter=reference("prometheus-adapter"),
            grafana=reference("stand-in"),
            elasticsearch=reference("elasticsearch"),
            kibana=reference("stand-in"),
            logstash=reference("stand-in"),
            filebeat=reference("filebeat"),
            elasticsearch_exporter=reference("elasticsearch-exporter"),
        ),
        configuration_backup=reference("tools"),
    )


def _in_the_cluster(bucket: Store) -> Store:
    """Return a bucket of the store that stands in the cluster, whose authority is the suite's."""
    secret = bucket.secret
    assert secret is not None
    return replace(
        bucket,
        bucket="shop-dev-backups",
        endpoint="s3.object-store.svc.cluster.local",
        # Of the Service: its pods listen at another.
        port=443,
        target=STORE,
        secret=replace(secret, keys=(*secret.keys, "ca.crt")),
    )


def _node_addresses() -> list[str]:
    return [
        address["address"]
        for node in objects("nodes")
        for address in node["status"]["addresses"]
        if address["type"] == "InternalIP"
    ]
