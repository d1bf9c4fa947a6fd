"""What Grafana stands on in these tests: whom it watches and asks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BrokerEndpoint,
    Container,
    DatabaseEndpoint,
    Http,
    HttpEndpoint,
    Metrics,
    Outside,
    Port,
    SecretRef,
    SocketTier,
    StorageClass,
    WebTier,
)
from constructs_lib.facts import Facts, MetricsEndpoint, Peer
from constructs_lib.observability.elk.logs_dashboard import dashboard
from constructs_lib.observability.grafana.data_sources import LogStore
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.grafana.settings import Dashboards
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.storage import GrafanaVolume
from constructs_lib.traffic import LoadBalancer
from tests.observability.prometheus.ends import CONTEXT, stack
from tests.postgres.ends import cluster

_NODE_JS = (
    "nodejs_eventloop_lag_p99_seconds",
    "nodejs_heap_size_total_bytes",
    "nodejs_heap_size_used_bytes",
)
_PROCESS = ("process_max_fds", "process_open_fds", "process_resident_memory_bytes")


def exposing(name: str, names: Sequence[str]) -> Facts:
    """Return the facts of a server that exposes these metrics."""
    peer = Peer(
        name=name,
        namespace="monitoring",
        selector={"app.kubernetes.io/name": name},
        ports=(Port(name="metrics", number=9100),),
    )
    endpoint = MetricsEndpoint(peer=peer, port="metrics", path="/metrics", names=tuple(names))
    return Facts(peers=(peer,), metrics=(endpoint,))


@cache
def tiers() -> tuple[Facts, ...]:
    """Return the facts of a database and the three tiers."""
    app = App()
    names = Metrics(names=(*_NODE_JS, *_PROCESS))
    broker = Outside(
        name="redis", cidrs=("192.0.2.0/24",), ports=(Port(name="redis", number=6379),)
    )
    constructs = (
        cluster(Chart(app, "postgres", namespace="app")),
        ApiTier(Chart(app, "api", namespace="app"), "api", container=Container(image="api:1.0.0")),
        SocketTier(
            Chart(app, "socket", namespace="app"),
            "socket",
            container=Container(image="socket:1.0.0"),
            http=Http(metrics=names),
            broker=BrokerEndpoint(
                host="redis.example.com", port=6379, target=broker, target_port="redis"
            ),
        ),
        WebTier(
            Chart(app, "web", namespace="app"),
            "web",
            container=Container(image="web:1.0.0"),
            http=Http(metrics=names),
            load_balancer=LoadBalancer(source_ranges=("192.0.2.0/24",), ports=(80,)),
        ),
    )
    return tuple(construct.facts for construct in constructs)


@cache
def platform() -> Facts:
    """Return the facts of a stack, whose exporters tell of the cluster."""
    _, made = stack(App())
    return made.facts


LINES = Facts(dashboards=(dashboard(),))


def everything() -> list[Facts]:
    """Return the facts of all that there are dashboards for."""
    return [*tiers(), platform()]


def endpoint(name: str, port: int, namespace: str = "monitoring") -> HttpEndpoint:
    """Return the address of a server."""
    peer = Peer(
        name=name,
        namespace=namespace,
        selector={"app.kubernetes.io/name": name},
        ports=(Port(name="http", number=port),),
    )
    host = f"{name}.{namespace}.svc.cluster.local"
    return HttpEndpoint(host=host, port=port, target=peer, target_port="http")


LOGS = LogStore(
    endpoint=endpoint("elasticsearch", 9200, "logging"),
    secret=SecretRef(name="grafana-elasticsearch", keys=("username", "password", "ca.crt")),
)
ADMIN = SecretRef(name="grafana-admin", keys=("password", "secret-key"))
STORAGE = GrafanaVolume(storage_class=StorageClass(name="fast", provisioner="csi.example.com"))
SETTINGS = Dashboards(admin=ADMIN, storage=STORAGE)
PROVIDER = Outside(
    name="identity-provider", cidrs=("198.51.100.7/32",), ports=(Port(name="https", number=443),)
)
SIGN_ON = SingleSignOn(
    client_id="grafana",
    secret=SecretRef(name="grafana-sign-on", keys=("client-secret",)),
    authorization_url="https://id.example.com/authorize",
    token_url="https://id.example.com/token",
    user_info_url="https://id.example.com/userinfo",
    provider=PROVIDER,
    viewers=("shop",),
    editors=("shop-developers",),
    admins=("shop-operators",),
)
DATABASE = DatabaseEndpoint(
    host="grafana-database.example.com",
    database="grafana",
    secret=SecretRef(name="grafana-database", keys=("username", "password", "ca.crt")),
    connections=20,
    target=Outside(
        name="grafana-database",
        cidrs=("203.0.113.0/24",),
        ports=(Port(name="postgres", number=5432),),
    ),
)


def grafana(chart: Chart, **arguments: Any) -> Grafana:  # noqa: ANN401
    """Make a Grafana in which only these arguments are not the usual."""
    usual = {
        "read": (),
        "alertmanagers": [endpoint("alertmanager", 9093)],
        "logs": LOGS,
        "settings": SETTINGS,
    }
    return Grafana(chart, CONTEXT, **{**usual, **arguments})
