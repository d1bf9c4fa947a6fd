"""Two storage tiers with classes of snapshots, and a job that takes some each night."""

from cdk8s import App, Chart

from constructs_lib import (
    Namespace,
    Outside,
    Port,
    ReclaimPolicy,
    SecurityBaseline,
    StorageClass,
    VolumeSnapshots,
)
from constructs_lib.security import SnapshotClasses


def build(app: App) -> Chart:
    """Build the example, and return the chart of the classes."""
    fast = StorageClass(
        name="fast", provisioner="ebs.csi.aws.com", parameters={"type": "io2", "iops": "3000"}
    )
    bulk = StorageClass(
        name="bulk", provisioner="ebs.csi.aws.com", parameters={"type": "gp3"}, is_default=True
    )
    chart = Chart(app, "10-snapshots")
    classes = SnapshotClasses(
        chart, "snapshots", storage=[fast, bulk], deletion_policy=ReclaimPolicy.DELETE
    )
    snapshots = VolumeSnapshots(
        Chart(app, "20-wiki-snapshots", namespace="shop"),
        "wiki-snapshots",
        claims={"app.kubernetes.io/name": "wiki"},
        snapshot_class=classes.of(fast),
        api_server=Outside(
            name="api-server", cidrs=("10.0.0.0/24",), ports=(Port(name="https", number=443),)
        ),
    )
    SecurityBaseline(
        Chart(app, "00-cluster"),
        "baseline",
        namespaces=[Namespace(name="shop")],
        storage=[fast, bulk],
        constructs=[snapshots],
    )
    return chart


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
