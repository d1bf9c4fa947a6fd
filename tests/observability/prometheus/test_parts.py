"""What a part of the stack brings along arrives, whichever part it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from cdk8s import App

from constructs_lib import ApiTier
from constructs_lib.facts import AlertRule, Facts, MetricsEndpoint, Severity
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, Stat
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.part import Part
from constructs_lib.observability.prometheus.self_monitoring import own_facts
from constructs_lib.observability.prometheus.server import Prometheus
from constructs_lib.testing import find, find_all
from tests.observability.prometheus.ends import INTERNET, stack
from tests.tiers.ends import SERVED

ALERT = AlertRule(
    name="ProofIsHigh",
    expression="proof > 1",
    for_seconds=60,
    severity=Severity.TICKET,
    summary="There is a proof.",
    runbook="proof",
)


BOARD = Dashboard(
    uid="proof",
    title="Proof",
    folder=DashboardFolder.PLATFORM,
    description="How much proof there is.",
    sections=(Section(title="Proof", panels=(Stat("Proof", "short", "proof"),)),),
)


def with_more(facts: Facts) -> Facts:
    """Return the facts of a part that tells one metric more, and brings what is made of it."""
    peer = facts.peers[0]
    more = MetricsEndpoint(peer=peer, port=peer.ports[0].name, path="/proof", names=("proof",))
    return replace(
        facts,
        metrics=(*facts.metrics, more),
        alerts=(*facts.alerts, ALERT),
        dashboards=(*facts.dashboards, BOARD),
    )


@pytest.mark.parametrize("kind", Part.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_metric_an_alert_and_a_dashboard_arrive(
    app: App, api: ApiTier, monkeypatch: pytest.MonkeyPatch, kind: type[Part]
) -> None:
    made = kind.__init__

    def make(self: Part, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401
        made(self, *arguments, **settings)
        self.facts = with_more(self.facts)

    if kind is Prometheus:
        # What it tells is known before it is made: Grafana shows it, and it tells Grafana's.
        for reader in ("stack", "prometheus.server"):
            monkeypatch.setattr(
                f"constructs_lib.observability.{reader}.own_facts",
                lambda context: with_more(own_facts(context)),
            )
    else:
        monkeypatch.setattr(kind, "__init__", make)
    public = Facts(routes=(SERVED,))
    chart, observability = stack(app, watches=[api, public], internet=INTERNET)
    rules = [
        rule["alert"]
        for config in find_all(chart, "ConfigMap")
        if config["metadata"]["name"].startswith("prometheus-rules-")
        for text in config["data"].values()
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert rules.count(ALERT.name) == 1
    text = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    paths = [job["metrics_path"] for job in yaml.safe_load(text)["scrape_configs"]]
    assert paths.count("/proof") == 1
    # Grafana is made by then.
    assert bool(find_all(chart, "ConfigMap", "grafana-dashboard-proof")) == (kind is not Grafana)
    assert observability.facts.alerts.count(ALERT) == 1
