"""What the cluster has already is scraped, has alerts and panels, and its lines are read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import yaml
from cdk8s import App

from constructs_lib import ConfigurationError
from constructs_lib.facts import Port
from constructs_lib.observability import CertManager, CoreDns, NginxController
from constructs_lib.testing import find, find_all
from tests.observability.prometheus.ends import stack

Service = CertManager | CoreDns | NginxController
ALL: tuple[Service, ...] = (CertManager(), CoreDns(), NginxController())


@pytest.mark.parametrize("service", ALL, ids=lambda service: type(service).__name__)
def test_it_is_scraped_with_alerts_and_panels(app: App, service: Service) -> None:
    chart, observability = stack(app, watches=[service])
    (text,) = find(chart, "ConfigMap", "prometheus-configuration")["data"].values()
    assert service.peer.namespace in text
    called = [each for each in observability.facts.calls if each.target == service.peer]
    assert [(each.source.name, each.port) for each in called] == [("prometheus", "metrics")]
    (dashboard,) = service.facts.dashboards
    (shown,) = find(chart, "ConfigMap", f"grafana-dashboard-{dashboard.uid}")["data"].values()
    # None of its sections is left out for want of a metric.
    titles = {panel["title"] for panel in json.loads(shown)["panels"]}
    assert {panel.title for section in dashboard.sections for panel in section.panels} <= titles
    rules = {
        rule["alert"]
        for each in find_all(chart, "ConfigMap")
        for file in each["data"].values()
        if file.startswith("groups:")
        for group in yaml.safe_load(file)["groups"]
        for rule in group["rules"]
    }
    assert {alert.name for alert in service.facts.alerts} <= rules


def test_lines_of_the_controller_are_read(app: App) -> None:
    chart, _ = stack(app, watches=[NginxController()])
    told = find(chart, "ConfigMap", "filebeat-settings")["data"]["filebeat.yml"]
    assert "name: ingress-controller" in told


@pytest.mark.parametrize("service", ALL, ids=lambda service: type(service).__name__)
def test_fails_without_the_port_of_metrics(service: Service) -> None:
    without = replace(service.peer, ports=(Port(name="http", number=80),))
    with pytest.raises(ConfigurationError, match=f"{type(service).__name__}.peer"):
        replace(service, peer=without)
