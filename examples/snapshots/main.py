"""Two storage tiers, each with a class that snapshots of its volumes are taken with."""

from cdk8s import App, Chart

from constructs_lib import Namespace, SecurityBaseline, SnapshotClasses, StorageTier


def build(app: App) -> Chart:
    """Build the example, and return the chart of the classes."""
    fast = StorageTier(name="fast", provisioner="ebs.csi.aws.com", parameters={"type": "io2"})
    bulk = StorageTier(
        name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "st1"}, is_default=True
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        storage=[fast, bulk],
        constructs=[],
    )
    classes = Chart(app, "10-snapshots")
    SnapshotClasses(classes, "snapshots", storage=[fast, bulk])
    return classes


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
