"""A web tier, its API and a worker, whose traces go to a collector that the cluster has."""

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BrokerEndpoint,
    Container,
    Host,
    NginxIngress,
    Outside,
    Port,
    PublicHost,
    Tls,
    WebTier,
    WorkerTier,
)
from constructs_lib.facts import Neighbour, Tracing

IMAGE = "registry.example.com/shop/api:1.4.2"


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "shop", namespace="shop")
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    collector = Neighbour(
        name="collector",
        namespace="tracing",
        selector={"app.kubernetes.io/name": "opentelemetry-collector"},
        ports=(Port(name="otlp-http", number=4318),),
    )
    tracing = Tracing(
        host="collector.tracing.svc.cluster.local", target=collector, target_port="otlp-http"
    )
    redis = Outside(name="redis", cidrs=("10.20.1.0/24",), ports=(Port(name="redis", number=6379),))
    queue = BrokerEndpoint(
        host="redis.example.com", port=6379, target=redis, target_port="redis"
    ).read_as({"BROKER_URL": "{scheme}://{host}:{port}"})
    api = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE, command=["opentelemetry-instrument", "gunicorn"]),
        host=host,
        broker=queue,
        tracing=tracing,
    )
    worker = WorkerTier(
        chart,
        "worker",
        container=Container(
            image=IMAGE, command=["opentelemetry-instrument", "celery", "--app=shop", "worker"]
        ),
        broker=queue,
        tracing=tracing,
    )
    web = WebTier(
        chart,
        "web",
        container=Container(
            image="registry.example.com/shop/web:1.4.2",
            env={"NODE_OPTIONS": "--require @opentelemetry/auto-instrumentations-node/register"},
        ),
        host=host,
        upstreams={"API_URL": api.endpoint},
        tracing=tracing,
    )
    PublicHost(chart, "host", host=host, constructs=[api, worker, web])
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
