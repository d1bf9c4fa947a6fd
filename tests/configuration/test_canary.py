"""The alert that compares a canary with the stable version fires, and stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    Alerting,
    Canary,
    Container,
    Host,
    Outside,
    Port,
    SecretRef,
    Tls,
    VirtualServer,
    WebTier,
    Workload,
)
from constructs_lib.observability import Webhook
from constructs_lib.observability.prometheus.rules import rule_files
from tests.configuration.programs.debian import Debian

TESTS = Path(__file__).parent / "canary.yaml"
IMAGE = "registry.example.com/shop/web"
HOOK = Webhook(
    secret=SecretRef(name="hook", keys=("url",)),
    target=Outside(name="relay", cidrs=("192.0.2.1/32",), ports=(Port(name="https", number=443),)),
)


@pytest.fixture
def rules(folder: Path) -> Path:
    """Return the rules of a tier with a canary."""
    web = WebTier(
        Chart(App(), "web", namespace="app"),
        "web",
        container=Container(image=f"{IMAGE}:1.4.2"),
        host=Host(
            name="shop.example.com", tls=Tls(secret_name="shop-tls"), renderer=VirtualServer()
        ),
        workload=Workload(rollout=Canary(image=f"{IMAGE}:1.5.0", step=1)),
    )
    alerting = Alerting(page=HOOK, ticket=HOOK, runbooks="https://git.example.com/runbooks")
    files = rule_files([web.facts], alerting=alerting, dashboards={})
    path = folder / "rules" / "app-web.yaml"
    path.parent.mkdir()
    path.write_text(files[path.stem])
    return path


@pytest.mark.mission("B101")
def test_the_alert_fires_and_stays_silent(system: Debian, folder: Path, rules: Path) -> None:
    tests = folder / "tests" / "tests.yaml"
    tests.parent.mkdir()
    tests.write_text(TESTS.read_text())
    tested = system.run("promtool", "test", "rules", system.inside(tests))
    assert tested.returncode == 0, tested.stdout
