"""Dashboards, folders and data sources that a program brings along."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart

from constructs_lib import ApiTier, ConfigurationError, Container, Outside, Port, SecretRef
from constructs_lib.facts.dashboards import Dashboard, Section, Stat
from constructs_lib.observability import Dashboards, DashboardTeam, DataSource, JsonDashboard
from constructs_lib.testing import find
from tests.observability.grafana.ends import SIGN_ON
from tests.observability.prometheus.ends import DASHBOARDS, stack

LOKI = DataSource(
    name="loki",
    kind="loki",
    url="https://loki.example.com",
    target=Outside(name="loki", cidrs=("203.0.113.0/24",), ports=(Port(name="https", number=443),)),
    settings={"maxLines": 500},
    secret=SecretRef(name="loki", keys=("password",)),
    secure={"basicAuthPassword": "password"},
    user="shop",
)
EXPORTED = {
    "id": 7,
    "title": "Envoy",
    "__inputs": [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}],
    "__requires": [],
    "panels": [{"datasource": {"uid": "${DS_PROMETHEUS}"}, "targets": [{"expr": "up"}]}],
}
ENVOY = JsonDashboard(uid="envoy", folder="edge", model=json.dumps(EXPORTED))
ORDERS = Dashboard(
    uid="orders",
    title="Orders",
    folder="pay-team",
    description="How many there are.",
    sections=(Section(title="Orders", panels=(Stat("All", "short", "sum(http_requests_total)"),)),),
)


def settings(**arguments: Any) -> Dashboards:  # noqa: ANN401
    return replace(DASHBOARDS, **arguments)


@pytest.mark.mission("B70")
def test_dashboards_of_ones_own(app: App, chart: Chart) -> None:
    api = ApiTier(chart, "api", container=Container(image="api:1.4.2"))
    watching, _ = stack(app, watches=[api], dashboards=settings(own=[ORDERS, ENVOY]))
    (text,) = find(watching, "ConfigMap", "grafana-dashboard-envoy")["data"].values()
    envoy = json.loads(text)
    assert (envoy["uid"], envoy["id"], envoy["editable"]) == ("envoy", None, False)
    assert envoy["panels"][0]["datasource"] == {"uid": "prometheus"}
    assert not {"__inputs", "__requires"} & envoy.keys()
    (text,) = find(watching, "ConfigMap", "grafana-dashboard-orders")["data"].values()
    assert json.loads(text)["tags"] == ["pay-team"]
    (text,) = find(watching, "ConfigMap", "grafana-dashboards")["data"].values()
    folders = {each["folderUid"]: each["folder"] for each in yaml.safe_load(text)["providers"]}
    assert folders["pay-team"] == "Pay team"
    assert folders["edge"] == "Edge"
    assert folders["services"] == "Services"


def test_a_team_may_have_a_folder_of_its_own(app: App) -> None:
    team = DashboardTeam(name="edge-people", folders=("edge",))
    chart, _ = stack(app, dashboards=settings(own=[ENVOY], teams=(team,), sign_on=SIGN_ON))
    files = find(chart, "ConfigMap", "grafana-admin-scripts")["data"]
    assert "edge edge-people=1" in [
        line.replace("- ", "") for line in files["folders"].splitlines()
    ]


@pytest.mark.mission("B71")
def test_data_sources_of_ones_own(app: App) -> None:
    chart, observability = stack(app, dashboards=settings(data_sources=[LOKI]))
    (text,) = find(chart, "ConfigMap", "grafana-data-sources")["data"].values()
    *_, loki = yaml.safe_load(text)["datasources"]
    assert loki == {
        "name": "loki",
        "uid": "loki",
        "type": "loki",
        "access": "proxy",
        "url": "https://loki.example.com",
        "editable": False,
        "basicAuth": True,
        "basicAuthUser": "shop",
        "jsonData": {"maxLines": 500},
        "secureJsonData": {"basicAuthPassword": "$__file{/etc/grafana/sources/loki/password}"},
    }
    pod = find(chart, "StatefulSet", "grafana")["spec"]["template"]["spec"]
    mounts = [each["mountPath"] for each in pod["containers"][0]["volumeMounts"]]
    assert "/etc/grafana/sources/loki" in mounts
    assert ("monitoring", "loki") in {
        (use.namespace, use.secret.name) for use in observability.facts.secrets
    }
    assert ("grafana", "loki") in {
        (call.source.name, call.target.name) for call in observability.facts.calls
    }


def test_lines_lead_to_their_trace(app: App) -> None:
    tempo = replace(LOKI, name="tempo", kind="tempo")
    chart, _ = stack(app, dashboards=settings(data_sources=[LOKI], traces=tempo))
    (text,) = find(chart, "ConfigMap", "grafana-data-sources")["data"].values()
    sources = {each["uid"]: each for each in yaml.safe_load(text)["datasources"]}
    (link,) = sources["elasticsearch"]["jsonData"]["dataLinks"]
    assert (link["field"], link["datasourceUid"]) == ("trace.id", "tempo")
    # Grafana reads a dollar of provisioning as a variable, and two as one.
    assert link["url"] == "$${__value.raw}"
    assert {"loki", "tempo"} <= sources.keys()
    # They share a Secret.
    passwords = {sources[each]["secureJsonData"]["basicAuthPassword"] for each in ("loki", "tempo")}
    assert passwords == {"$__file{/etc/grafana/sources/loki/password}"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"own": [ORDERS]}, "Dashboards.own: got 'orders'; nobody exposes http_requests_total"),
        ({"own": [ENVOY, ENVOY]}, "Dashboards.own: got 'envoy'; name each only once"),
        (
            {"own": [replace(ENVOY, uid="nodes")]},
            "Dashboards.own: got 'nodes'; name each only once",
        ),
        (
            {
                "own": [ENVOY],
                "sign_on": SIGN_ON,
                "teams": (DashboardTeam(name="edge", members=("a@b.example",)),),
            },
            "DashboardTeam.name: got 'edge'; use another: a folder has this one",
        ),
    ],
)
def test_fails(app: App, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        stack(app, dashboards=settings(**arguments))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: replace(ENVOY, model="{"), "JsonDashboard.model: got '{'; give JSON"),
        (lambda: replace(ENVOY, model="[]"), "give the JSON of a dashboard"),
        (lambda: replace(ENVOY, model='{"title": "${DS_LOKI}"}'), "got 'DS_LOKI'; let its __inp"),
        (
            lambda: replace(ENVOY, model=json.dumps({"title": "x" * 900_000})),
            "use at most 900000 bytes",
        ),
        (lambda: replace(ORDERS, folder="Pay team"), "Dashboard.folder: got 'Pay team'"),
        (lambda: replace(LOKI, name="prometheus"), "the stack has one of this name"),
        (lambda: replace(LOKI, secret=None), "DataSource.secret: got None; name the Secret"),
        (lambda: replace(LOKI, secure={"token": "token"}), "include 'token'"),
        (
            lambda: replace(LOKI, settings={"password": "hunter2hunter2"}),
            "DataSource.settings['password']: got '(hidden)'",
        ),
        (lambda: settings(data_sources=[LOKI, LOKI]), "Dashboards.data_sources: got 'loki'"),
    ],
)
def test_fails_value(make: Any, says: str) -> None:  # noqa: ANN401
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert says in str(refused.value)
