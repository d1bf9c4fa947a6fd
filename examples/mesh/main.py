"""Two APIs in a service mesh, whose proxies the quota pays for."""

from cdk8s import App, Chart

from constructs_lib import ApiTier, Container, Namespace, SecurityBaseline, Workload
from constructs_lib.pods import Istio


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "10-shop", namespace="shop")
    mesh = Workload(mesh=Istio())
    stock = ApiTier(
        chart,
        "stock",
        container=Container(image="registry.example.com/shop/stock:1.2.0"),
        workload=mesh,
    )
    orders = ApiTier(
        chart,
        "orders",
        container=Container(image="registry.example.com/shop/orders:2.0.3"),
        upstreams={"STOCK_URL": stock.endpoint},
        workload=mesh,
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        constructs=[stock, orders],
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
