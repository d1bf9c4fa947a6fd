"""A Next.js server on a host of its own."""

from cdk8s import App, Chart

from constructs_lib import Container, Host, NginxIngress, PublicHost, Tls, WebTier


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "shop", namespace="shop")
    host = Host(name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=NginxIngress())
    web = WebTier(
        chart,
        "web",
        container=Container(image="registry.example.com/shop/web:1.4.2"),
        host=host,
    )
    PublicHost(chart, "host", host=host, constructs=[web])
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
