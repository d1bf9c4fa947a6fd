"""A stack that watches what the platform of main.py has not."""

from __future__ import annotations

from collections.abc import Iterator

from cdk8s import App, Chart

from constructs_lib import (
    Canary,
    Container,
    Host,
    Logs,
    ReclaimPolicy,
    ScheduledJob,
    SecretRef,
    SnapshotClass,
    Tls,
    ValkeyBroker,
    VirtualServer,
    VolumeSnapshots,
    WebTier,
    Workload,
)
from constructs_lib.facts import Publisher
from constructs_lib.observability import CertManager, CoreDns, LogSnapshots, NginxController
from constructs_lib.pods import Schedule
from constructs_lib.postgres import FollowedDatabase
from tests.observability.prometheus.ends import API_SERVER, FAST, INTERNET, stack
from tests.postgres.ends import SOURCE, cluster

IMAGE = "registry.example.com/shop/web"
SNAPSHOTS = LogSnapshots(
    bucket="logs",
    endpoint="s3.example.com",
    secret=SecretRef(name="log-snapshots", keys=("access-key", "secret-key")),
    target=INTERNET,
)


def _others(app: App) -> Iterator[Publisher]:
    chart = Chart(app, "others", namespace="app")
    yield WebTier(
        chart,
        "web",
        container=Container(image=f"{IMAGE}:1.4.2"),
        host=Host(
            name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer()
        ),
        workload=Workload(rollout=Canary(image=f"{IMAGE}:1.5.0", step=1)),
    )
    yield ValkeyBroker(chart, "broker", storage=FAST)
    yield cluster(
        Chart(app, "west", namespace="west"), bootstrap=FollowedDatabase(repository=SOURCE)
    )
    yield ScheduledJob(
        chart,
        "sweep",
        container=Container(image=f"{IMAGE}:1.4.2", command=["sweep"]),
        schedule=Schedule(cron="30 3 * * *"),
    )
    yield VolumeSnapshots(
        chart,
        "snapshots",
        claims={"app.kubernetes.io/name": "broker"},
        snapshot_class=SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.DELETE),
        api_server=API_SERVER,
    )
    yield CoreDns()
    yield CertManager()
    yield NginxController()


def stack_of_others() -> Chart:
    """Return the chart of the stack."""
    app = App()
    logs = Logs(storage=FAST, snapshots=SNAPSHOTS)
    chart, _ = stack(app, watches=list(_others(app)), logs=logs)
    return chart
