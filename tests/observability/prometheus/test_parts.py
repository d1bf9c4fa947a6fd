"""What a part of the stack brings along arrives, whichever part it is."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import yaml
from cdk8s import App

from constructs_lib import ApiTier
from constructs_lib.facts import AlertRule, Facts, LogFormat, MetricsEndpoint, PodLogs, Severity
from constructs_lib.facts.dashboards import Dashboard, DashboardFolder, Section, Stat
from constructs_lib.observability.elk.filebeat import Filebeat
from constructs_lib.observability.grafana.server import Grafana
from constructs_lib.observability.part import Part
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


# What a reader of all tells is known before it is made, and these ask for it.
KNOWN = {
    Prometheus: ("prometheus_facts", ("stack", "prometheus.server")),
    Grafana: ("grafana_facts", ("stack", "grafana.server")),
}


def with_more(facts: Facts) -> Facts:
    """Return the facts of a part that tells one metric more, and brings what is made of it.

    Its lines have a form that no part has.
    """
    peer = facts.peers[0]
    more = MetricsEndpoint(peer=peer, port=peer.ports[0].name, path="/proof", names=("proof",))
    return replace(
        facts,
        metrics=(*facts.metrics, more),
        alerts=(*facts.alerts, ALERT),
        dashboards=(*facts.dashboards, BOARD),
        logs=(PodLogs(peer=peer, format=LogFormat.PYTHON), *facts.logs[1:]),
    )


@pytest.mark.parametrize("kind", Part.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_metric_an_alert_a_dashboard_and_a_log_form_arrive(
    app: App, api: ApiTier, monkeypatch: pytest.MonkeyPatch, kind: type[Part]
) -> None:
    made = kind.__init__

    def make(self: Part, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401
        made(self, *arguments, **settings)
        self.facts = with_more(self.facts)

    if kind in KNOWN:
        name, readers = KNOWN[kind]
        told = getattr(import_module(f"constructs_lib.observability.{readers[0]}"), name)
        for reader in readers:
            monkeypatch.setattr(
                f"constructs_lib.observability.{reader}.{name}",
                lambda *arguments: with_more(told(*arguments)),
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
    find(chart, "ConfigMap", "grafana-dashboard-proof")
    assert observability.facts.alerts.count(ALERT) == 1
    (peer,) = [each.peer for each in observability.facts.logs if each.format is LogFormat.PYTHON]
    text = find(chart, "ConfigMap", "filebeat-settings")["data"]["filebeat.yml"]
    forms = [
        (provider["namespace"], *process["add_fields"]["fields"].values())
        for provider in yaml.safe_load(text)["filebeat.autodiscover"]["providers"]
        for template in provider["templates"]
        for read in template["config"]
        for process in read["processors"]
    ]
    # It reads all lines but its own.
    expected = int(kind is not Filebeat)
    assert forms.count((peer.namespace, peer.name, "python")) == expected


@pytest.mark.parametrize("kind", KNOWN, ids=lambda kind: kind.__name__)
def test_fails_on_what_a_reader_tells_once_it_is_made(
    app: App, api: ApiTier, monkeypatch: pytest.MonkeyPatch, kind: type[Part]
) -> None:
    made = kind.__init__

    def make(self: Part, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401
        made(self, *arguments, **settings)
        self.facts = replace(self.facts, alerts=(*self.facts.alerts, ALERT))

    monkeypatch.setattr(kind, "__init__", make)
    with pytest.raises(LookupError, match=r"in own_facts: alerts .*ProofIsHigh"):
        stack(app, watches=[api])
