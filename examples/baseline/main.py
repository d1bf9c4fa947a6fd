"""A closed namespace for an API, which a Prometheus of the cluster may scrape."""

from cdk8s import App, Chart

from constructs_lib import ApiTier, Container, Namespace, SecurityBaseline
from constructs_lib.facts import Call, Neighbour


def build(app: App) -> Chart:
    """Build the example, and return the chart of its baseline."""
    api = ApiTier(
        Chart(app, "10-api", namespace="shop"),
        "api",
        container=Container(image="registry.example.com/shop/api:2.0.3"),
    )
    prometheus = Neighbour(
        name="prometheus",
        namespace="monitoring",
        selector={"app.kubernetes.io/name": "prometheus"},
    )
    cluster = Chart(app, "00-cluster")
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[Namespace(name="shop")],
        constructs=[api],
        calls=[Call(source=prometheus, target=api.peer, port="metrics")],
    )
    return cluster


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
