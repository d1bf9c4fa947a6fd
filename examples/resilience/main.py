"""A web tier with a circuit breaker, a cache, and a page for when it is down."""

from cdk8s import App, Chart

from constructs_lib import (
    Container,
    FallbackPage,
    Host,
    Namespace,
    PublicHost,
    Route,
    SecurityBaseline,
    Tls,
    TrafficPolicy,
    VirtualServer,
    WebTier,
)
from constructs_lib.traffic import CircuitBreaker, ResponseCache


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "10-shop", namespace="shop")
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer())
    fallback = FallbackPage(chart, "fallback", host=host, page="<h1>Back soon</h1>")
    policy = TrafficPolicy(
        cache=ResponseCache(),
        circuit_breaker=CircuitBreaker(failures=2),
        error_page=fallback.error_page,
        keep_alive_connections=32,
    )
    web = WebTier(
        chart,
        "web",
        container=Container(image="registry.example.com/shop/web:1.4.2"),
        host=host,
        routes=[Route(policy=policy)],
    )
    public_host = PublicHost(chart, "host", host=host, constructs=[fallback, web])
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        constructs=[fallback, web, public_host],
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
