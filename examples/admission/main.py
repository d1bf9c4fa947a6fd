"""A namespace whose API server takes only fixed images of one registry, in unprivileged pods."""

from cdk8s import App, Chart

from constructs_lib import AdmissionPolicies, ApiTier, Container, Namespace, SecurityBaseline
from constructs_lib.security import DebugTargets, FixedImages, Registries, UnprivilegedPods


def build(app: App) -> Chart:
    """Build the example, and return the chart of its policies."""
    shop = Namespace(name="shop")
    registries = Registries(allowed=("registry.example.com",))
    api = ApiTier(
        Chart(app, "10-api", namespace=shop.name),
        "api",
        container=Container(image="registry.example.com/shop/api:2.0.3"),
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[shop],
        constructs=[api],
        registries=registries,
    )
    policies = Chart(app, "20-admission")
    AdmissionPolicies(
        policies,
        "shop",
        namespaces=[shop],
        policies=[
            FixedImages(),
            registries,
            UnprivilegedPods(),
            DebugTargets(groups=("shop-on-call",), workloads=(api.peer,)),
        ],
    )
    return policies


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
