"""A canary of an API, and a web tier in blue and green."""

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Canary,
    Color,
    Container,
    Host,
    Namespace,
    PublicHost,
    SecurityBaseline,
    Tls,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.rollouts import HeaderMatch


def build(app: App, *, step: int = 1, active: Color = Color.BLUE) -> Chart:
    """Build the example.

    Args:
        app: where it is built.
        step: how far the canary is.
        active: the color that has the traffic.
    """
    chart = Chart(app, "10-shop", namespace="shop")
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer())
    canary = Canary(
        image="registry.example.com/shop/api:2.1.0",
        steps=(5, 25, 100),
        step=step,
        matches=(HeaderMatch(name="X-Canary", value="always"),),
    )
    blue_green = BlueGreen(
        active=active,
        green="registry.example.com/shop/web:1.5.0",
        preview_host="preview.shop.example.com",
    )
    api = ApiTier(
        chart,
        "api",
        container=Container(image="registry.example.com/shop/api:2.0.3"),
        host=host,
        workload=Workload(rollout=canary),
    )
    web = WebTier(
        chart,
        "web",
        container=Container(image="registry.example.com/shop/web:1.4.2"),
        host=host,
        upstreams={"API_URL": api.endpoint},
        workload=Workload(rollout=blue_green),
    )
    public_host = PublicHost(chart, "host", host=host, constructs=[api, web])
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        constructs=[api, web, public_host],
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
