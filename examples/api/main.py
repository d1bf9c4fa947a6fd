"""A REST API with a database that is managed elsewhere, scaled by hand."""

from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    Container,
    DatabaseEndpoint,
    Outside,
    Port,
    Replicas,
    Resources,
    SecretRef,
)


def build(app: App) -> Chart:
    """Build the example."""
    chart = Chart(app, "orders", namespace="shop")
    database = DatabaseEndpoint(
        host="db.example.com",
        database="orders",
        secret=SecretRef(name="orders-database", keys=("username", "password")),
        connections=60,
        target=Outside(
            name="database",
            cidrs=("10.20.0.0/16",),
            ports=(Port(name="postgres", number=5432),),
        ),
    )
    ApiTier(
        chart,
        "orders",
        container=Container(
            image="registry.example.com/shop/orders:2.0.3",
            resources=Resources(cpu="1", memory="1Gi"),
        ),
        database=database,
        scaling=Replicas(count=4),
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
