"""Alerts of what the platform of main.py has not fire, end, and stay silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
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
from constructs_lib.observability import LogSnapshots
from constructs_lib.pods import Schedule
from constructs_lib.postgres import FollowedDatabase
from constructs_lib.testing import find_all
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.rule_tests import ending
from tests.observability.prometheus.ends import API_SERVER, FAST, INTERNET, stack
from tests.postgres.ends import SOURCE, cluster

TESTS = sorted((Path(__file__).parent / "rules_of_others").glob("*.yaml"))
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


@pytest.fixture
def rules(folder: Path) -> Path:
    """Write the rules of a stack that watches them."""
    app = App()
    logs = Logs(storage=FAST, snapshots=SNAPSHOTS)
    chart, _ = stack(app, watches=list(_others(app)), logs=logs)
    for config in find_all(chart, "ConfigMap"):
        place = folder / "rules" / config["metadata"]["name"]
        for name, text in config["data"].items():
            if text.startswith("groups:"):
                place.mkdir(parents=True, exist_ok=True)
                # Where their links lead is seen in notifications.
                (place / name).write_text(re.sub(r"\n *dashboard_url: .*", "", text))
    return folder / "rules"


@pytest.mark.mission("B101")
@pytest.mark.mission("B128")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_alerts_fire_and_end(system: Debian, folder: Path, rules: Path, path: Path) -> None:
    tests = folder / "tests"
    tests.mkdir()
    for name, text in (("own", path.read_text()), ("ends", ending(path.read_text()))):
        (tests / f"{name}.yaml").write_text(text)
        tested = system.run("promtool", "test", "rules", system.inside(tests / f"{name}.yaml"))
        assert tested.returncode == 0, tested.stdout
