"""Alerts of one's own, changed ones, those that are off, and the teams that are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart

from constructs_lib import ApiTier, ConfigurationError, SecretRef
from constructs_lib.facts import AlertRule, Severity
from constructs_lib.observability import (
    AlertChange,
    AlertTeam,
    Email,
    MicrosoftTeams,
    PagerDuty,
    Webhook,
    WorkingHours,
)
from constructs_lib.testing import find, find_all
from tests.observability.prometheus.ends import ALERTING, DASHBOARDS, HOOK, INTERNET, PAGER, stack
from tests.tiers.ends import HOST

MINE = AlertRule(
    name="OrdersMissing",
    expression='sum(rate(http_requests_total{namespace="app",app="api"}[1h])) == 0',
    for_seconds=600,
    severity=Severity.PAGE,
    summary="Nobody has ordered for an hour.",
    runbook="https://wiki.example.com/orders",
    labels={"team": "orders"},
)
PAYMENTS = AlertTeam(
    name="payments",
    page=[PagerDuty(secret=SecretRef(name="their-pager", keys=("routing-key",)), target=INTERNET)],
    ticket=[
        MicrosoftTeams(secret=SecretRef(name="their-channel", keys=("url",)), target=INTERNET),
        Webhook(secret=SecretRef(name="their-hook", keys=("url", "token")), target=INTERNET),
    ],
    namespaces=("payments", "fraud"),
    labels={"region": 'the "east"'},
)
MAIL = Email(
    secret=None, target=INTERNET, host="relay", sender="a@b.example", to=["c@d.example", "e@f.org"]
)


def rules(chart: Chart) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for config in find_all(chart, "ConfigMap"):
        if config["metadata"]["name"].startswith("prometheus-rules-"):
            for text in config["data"].values():
                for group in yaml.safe_load(text)["groups"]:
                    for rule in group["rules"]:
                        found.setdefault(rule.get("alert", "-"), []).append(rule)
    return found


def alertmanager(chart: Chart) -> dict[str, Any]:
    text = find(chart, "ConfigMap", "alertmanager-configuration")["data"]["alertmanager.yml"]
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


@pytest.mark.mission("B68")
def test_an_alert_of_ones_own(app: App, api: ApiTier) -> None:
    chart, _ = stack(app, watches=[api], alerting=replace(ALERTING, alerts=(MINE,)))
    (rule,) = rules(chart)["OrdersMissing"]
    assert rule["labels"] == {"team": "orders", "severity": "page"}
    assert rule["annotations"]["runbook_url"] == "https://wiki.example.com/orders"
    mounts = find(chart, "StatefulSet", "prometheus")["spec"]["template"]["spec"]["containers"][0]
    assert "/etc/prometheus/rules/further-alerts" in [
        mount["mountPath"] for mount in mounts["volumeMounts"]
    ]


@pytest.mark.mission("B128")
def test_changed_alerts(app: App, api: ApiTier) -> None:
    changes = {
        "KubeNodeNotReady": AlertChange(
            severity=Severity.PAGE, for_seconds=1800, labels={"team": "infra"}
        ),
        "KubePodCrashLooping": AlertChange(threshold=10),
        "KubeContainerOOMKilled": AlertChange(threshold=2.5),
        "KubeQuotaAlmostFull": AlertChange(expression="kube_resourcequota > 1"),
    }
    usual, _ = stack(App(outdir=app.outdir), watches=[api])
    chart, _ = stack(app, watches=[api], alerting=replace(ALERTING, changes=changes))
    before, after = rules(usual), rules(chart)
    (node,) = after["KubeNodeNotReady"]
    assert (node["for"], node["labels"]) == ("1800s", {"team": "infra", "severity": "page"})
    (looping,) = after["KubePodCrashLooping"]
    assert looping["expr"] == "increase(kube_pod_container_status_restarts_total[1h]) > 10"
    (killed,) = after["KubeContainerOOMKilled"]
    assert "> 2.5 and on" in killed["expr"]
    assert killed["expr"].endswith('reason="OOMKilled"} == 1')
    (full,) = after["KubeQuotaAlmostFull"]
    assert full["expr"] == "kube_resourcequota > 1"
    assert {name for name in before if before[name] != after[name]} == changes.keys()


def test_alerts_that_are_off(app: App, api: ApiTier) -> None:
    off = ("ErrorBudgetBurn", "KubeNodeNotReady")
    usual, _ = stack(App(outdir=app.outdir), watches=[api])
    chart, _ = stack(app, watches=[api], alerting=replace(ALERTING, off=off))
    assert rules(usual).keys() - rules(chart).keys() == set(off)


def test_nothing_is_written_of_alerts_that_are_all_off(app: App) -> None:
    off = ("AlertmanagerFailedToSendAlerts", "AlertmanagerMembersInconsistent")
    chart, _ = stack(app, alerting=replace(ALERTING, off=off))
    names = [config["metadata"]["name"] for config in find_all(chart, "ConfigMap")]
    assert "prometheus-rules-monitoring-alertmanager" not in names
    assert "prometheus-rules-monitoring-prometheus" in names


@pytest.mark.mission("B72")
def test_a_team_hears_of_its_own(app: App) -> None:
    hours = WorkingHours(time_zone="Europe/Berlin")
    chart, observability = stack(
        app, alerting=replace(ALERTING, teams=(PAYMENTS,), ticket_hours=hours)
    )
    settings = alertmanager(chart)
    _, team, page, ticket = settings["route"]["routes"]
    assert team["matchers"] == ['namespace=~"payments|fraud"', r'region="the \"east\""']
    assert [team["receiver"], team["routes"][0]["receiver"]] == [
        "payments-ticket",
        "payments-page",
    ]
    assert "active_time_intervals" not in page
    assert ticket == {"receiver": "ticket", "active_time_intervals": ["ticket-hours"]}
    assert team["active_time_intervals"] == ["ticket-hours"]
    (interval,) = settings["time_intervals"][0]["time_intervals"]
    assert interval["location"] == "Europe/Berlin"
    (told,) = (each for each in settings["receivers"] if each["name"] == "payments-ticket")
    assert {*told} == {"name", "msteamsv2_configs", "webhook_configs"}
    (hook,) = told["webhook_configs"]
    assert hook["http_config"]["authorization"]["credentials_file"] == (
        "/etc/alertmanager/secrets/their-hook/token"
    )
    assert {use.secret.name for use in observability.facts.secrets} >= {
        "their-pager",
        "their-channel",
        "their-hook",
    }


def test_mail_that_asks_for_no_login(app: App) -> None:
    chart, _ = stack(app, alerting=replace(ALERTING, ticket=[MAIL, HOOK]))
    (told,) = (each for each in alertmanager(chart)["receivers"] if each["name"] == "ticket")
    (mail,) = told["email_configs"]
    assert (mail["to"], mail["from"]) == ("c@d.example, e@f.org", "a@b.example")
    assert "auth_username" not in mail


@pytest.mark.mission("B128")
def test_links_lead_somewhere(app: App, api: ApiTier) -> None:
    chart, _ = stack(
        app,
        watches=[api],
        alerting=replace(ALERTING, prometheus_url="https://ops.example.com/prometheus"),
        dashboards=replace(DASHBOARDS, host=HOST),
    )
    (absent,) = [
        rule
        for rule in rules(chart)["SLOMetricAbsent"]
        if rule["labels"]["objective"] == "availability"
    ]
    (board,) = (
        name
        for name in [each["metadata"]["name"] for each in find_all(chart, "ConfigMap")]
        if name == "grafana-dashboard-app-api"
    )
    uid = board.removeprefix("grafana-dashboard-")
    assert absent["annotations"]["dashboard_url"] == f"https://{HOST.name}/d/{uid}"
    (crash,) = rules(chart)["KubePodCrashLooping"]
    assert crash["annotations"]["dashboard_url"] == f"https://{HOST.name}/d/workloads"
    for name, url in (
        ("prometheus", "https://ops.example.com/prometheus"),
        ("alertmanager", "http://localhost:9093"),
    ):
        pod = find(chart, "StatefulSet", name)["spec"]["template"]["spec"]
        args = pod["containers"][0]["args"]
        assert f"--web.external-url={url}" in args
        # The path is of whoever serves it: probes and others in the cluster know none.
        assert "--web.route-prefix=/" in args


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"off": ("KubeNodeReady",)},
            "use the name of an alert that there is, such as KubeNodeNotReady",
        ),
        ({"off": ("Watchdog",)}, "Alerting.off: got 'Watchdog'; leave it"),
        (
            {"changes": {"Nothing": AlertChange(for_seconds=1)}},
            "Alerting.changes: got 'Nothing'; use the name of an alert that there is",
        ),
        (
            {"changes": {"ErrorBudgetBurn": AlertChange(for_seconds=1)}},
            "Alerting.changes: got 'ErrorBudgetBurn'; change the ServiceLevel of its tier",
        ),
        (
            {"changes": {"AlertmanagerMembersInconsistent": AlertChange(threshold=3)}},
            "Alerting.changes['AlertmanagerMembersInconsistent'].threshold: got 3; say the expr",
        ),
        (
            {"alerts": (replace(MINE, expression="orders_total > 1"),)},
            "AlertRule.expression: got 'orders_total > 1'; nobody exposes orders_total",
        ),
    ],
)
def test_fails(app: App, api: ApiTier, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        stack(app, watches=[api], alerting=replace(ALERTING, **arguments))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: replace(ALERTING, page=[]), "Alerting.page: got []; name a receiver"),
        (lambda: replace(ALERTING, teams=(PAYMENTS, PAYMENTS)), "Alerting.teams: got 'payments'"),
        (
            lambda: replace(
                ALERTING, off=("A",), changes={"A": AlertChange(severity=Severity.PAGE)}
            ),
            "Alerting.changes or off: got 'A'; name each only once",
        ),
        (lambda: replace(ALERTING, alertmanager_url="here"), "Alerting.alertmanager_url: got 'he"),
        (lambda: AlertTeam(name="a", page=PAGER, ticket=HOOK), "say whose alerts are its own"),
        (lambda: replace(PAYMENTS, ticket=()), "AlertTeam.ticket: got (); name a receiver"),
        (lambda: replace(PAYMENTS, labels={"a-b": "c"}), "AlertTeam.labels or alerts: got 'a-b'"),
        (AlertChange, "say what is different"),
        (lambda: AlertChange(expression="up > 1", threshold=2), "write it into the expression"),
        (lambda: AlertChange(expression="up >"), "AlertChange.expression"),
        (lambda: replace(MINE, labels={"severity": "x"}), "AlertRule.labels: got 'severity'"),
        (lambda: replace(MINE, runbook="no page"), "AlertRule.runbook: got 'no page'"),
        (lambda: WorkingHours(time_zone="Berlin"), "WorkingHours.time_zone: got 'Berlin'"),
        (lambda: WorkingHours(time_zone="UTC", days=("mon",)), "WorkingHours.days: got 'mon'"),
        (lambda: WorkingHours(time_zone="UTC", start="8"), "write it as '08:30'"),
        (lambda: WorkingHours(time_zone="UTC", end="07:00"), "let them end after 08:00"),
        (lambda: replace(MAIL, to=[]), "write an address of mail"),
        (
            lambda: replace(MAIL, secret=SecretRef(name="mail", keys=("password",))),
            "Email.username: got ''; name the user",
        ),
    ],
)
def test_fails_value(make: Any, says: str) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert says in str(refused.value)
