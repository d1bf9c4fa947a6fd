"""The objects of Grafana, and what it tells the others."""

from __future__ import annotations

import configparser
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
import yaml
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    AddressFamily,
    Cluster,
    ConfigurationError,
    Host,
    NginxIngress,
    PublicHost,
    SecretRef,
    Tls,
    VirtualServer,
)
from constructs_lib.facts import Call, DatabaseUse
from constructs_lib.facts.dashboards import DashboardFolder
from constructs_lib.labels import Identity
from constructs_lib.observability.grafana.database import GrafanaDatabase
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.storage import GrafanaVolume
from constructs_lib.observability.grafana.teams import DashboardTeam
from constructs_lib.testing import find, find_all, problems
from tests.observability.grafana.ends import (
    DATABASE,
    LINES,
    LOGS,
    SETTINGS,
    SIGN_ON,
    endpoint,
    everything,
    grafana,
    tiers,
)

HOST = Host(name="grafana.example.com", tls=Tls(secret_name="grafana-tls"), renderer=NginxIngress())
TEAM = DashboardTeam(name="on-call", members=("ada@example.com",), folders=(DashboardFolder.LOGS,))


@pytest.fixture
def wide(app: App) -> Chart:
    """Return a chart whose objects name their namespace themselves."""
    return Chart(app, "60-observability")


def container(chart: Chart) -> dict[str, Any]:
    pod = find(chart, "StatefulSet", "grafana")["spec"]["template"]["spec"]
    (only,) = pod["containers"]
    return dict(only)


def env(chart: Chart) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container(chart)["env"]}


def provisioned(chart: Chart, name: str) -> Any:  # noqa: ANN401
    (text,) = find(chart, "ConfigMap", f"grafana-{name}")["data"].values()
    return yaml.safe_load(text)


def test_defaults(wide: Chart, manifest: SnapshotAssertion) -> None:
    grafana(wide, read=[LINES])
    assert wide == manifest


@pytest.mark.mission("B70")
def test_one_config_map_for_each_dashboard(wide: Chart) -> None:
    grafana(wide, read=everything())
    maps = [m for m in find_all(wide, "ConfigMap") if "-dashboard-" in m["metadata"]["name"]]
    assert len(maps) == 11
    assert all(len(each["data"]) == 1 for each in maps)
    mounted = {mount["mountPath"] for mount in container(wide)["volumeMounts"]}
    assert "/etc/grafana/dashboards/services/app-web" in mounted
    assert "/etc/grafana/dashboards/logs/logs" in mounted


def test_folders_are_those_that_hold_something(wide: Chart) -> None:
    grafana(wide, read=tiers())
    folders = provisioned(wide, "dashboards")["providers"]
    assert [(each["folderUid"], each["allowUiUpdates"]) for each in folders] == [
        ("services", False)
    ]
    assert env(wide)["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].endswith("/overview.json")


def test_without_promises_grafana_has_its_own_home(wide: Chart) -> None:
    grafana(wide)
    assert "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH" not in env(wide)


def test_the_log_store_is_read_over_tls(wide: Chart) -> None:
    grafana(wide)
    source = provisioned(wide, "data-sources")["datasources"][2]
    assert source["url"] == "https://elasticsearch.logging.svc.cluster.local:9200"
    assert source["secureJsonData"]["tlsCACert"] == "$__file{/etc/grafana/elasticsearch/ca.crt}"


@pytest.mark.mission("B72")
def test_all_alertmanagers_hear_of_what_grafana_finds(wide: Chart) -> None:
    both = [endpoint("alertmanager-0", 9093), endpoint("alertmanager-1", 9093)]
    grafana(wide, alertmanagers=both)
    path = provisioned(wide, "alert-path")
    (receiver,) = path["contactPoints"][0]["receivers"]
    assert receiver["settings"]["url"].split(",") == [each.url for each in both]
    (policy,) = path["policies"]
    assert policy["receiver"] == path["contactPoints"][0]["name"]


@pytest.mark.mission("B73")
def test_sign_on(wide: Chart) -> None:
    made = grafana(wide, settings=replace(SETTINGS, sign_on=SIGN_ON))
    told = env(wide)
    assert told["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"] == (
        "contains(groups[*], 'shop-operators') && 'Admin'"
        " || contains(groups[*], 'shop-developers') && 'Editor'"
        " || contains(groups[*], 'shop') && 'Viewer'"
    )
    assert told["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT"] == "true"
    assert told["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET__FILE"] == "/etc/grafana/sign-on/client-secret"
    assert Call(source=made.peer, target=SIGN_ON.provider, port="https") in made.facts.calls
    assert "grafana-sign-on" in {use.secret.name for use in made.facts.secrets}


def test_host(wide: Chart, app: App, manifest: SnapshotAssertion) -> None:
    made = grafana(wide, settings=replace(SETTINGS, host=HOST))
    monitoring = Chart(app, "70-monitoring-host", namespace="monitoring")
    PublicHost(monitoring, "host", host=HOST, constructs=[made])
    assert env(wide)["GF_SECURITY_COOKIE_SECURE"] == "true"
    assert env(wide)["GF_SERVER_ROOT_URL"] == "https://grafana.example.com"
    assert Call(source=HOST.renderer.controller, target=made.peer, port="http") in made.facts.calls
    assert [route.host_name for route in made.facts.routes] == ["grafana.example.com"]
    assert find_all(app, "Ingress") == manifest


def test_controllers_that_name_ports_by_number_find_it(wide: Chart, app: App) -> None:
    host = replace(HOST, renderer=VirtualServer())
    made = grafana(wide, settings=replace(SETTINGS, host=host))
    PublicHost(Chart(app, "h", namespace="monitoring"), "host", host=host, constructs=[made])
    assert "backends_exist" not in {problem.invariant for problem in problems(app)}


def test_shared_database(wide: Chart, manifest: SnapshotAssertion) -> None:
    made = grafana(wide, settings=replace(SETTINGS, storage=GrafanaDatabase(database=DATABASE)))
    assert find_all(wide, "StatefulSet") + find_all(wide, "PodDisruptionBudget") == manifest
    assert {call.port for call in made.facts.calls} == {"http", "postgres", "gossip", "gossip-udp"}
    assert made.facts.databases == (DatabaseUse(client=made.peer, endpoint=DATABASE),)


def test_servers_tell_each_other_of_addresses_of_ipv6() -> None:
    identity = Identity(name="grafana", namespace="monitoring", component="grafana")
    cluster = Cluster(addresses=AddressFamily.IPV6)
    told = GrafanaDatabase(database=DATABASE).env(identity, cluster)
    assert told["GF_UNIFIED_ALERTING_HA_LISTEN_ADDRESS"] == "[$(POD_IP)]:9094"
    assert told["GF_UNIFIED_ALERTING_HA_ADVERTISE_ADDRESS"] == "[$(POD_IP)]:9094"


@pytest.mark.mission("B73")
def test_teams(wide: Chart, manifest: SnapshotAssertion) -> None:
    made = grafana(wide, read=[LINES], settings=replace(SETTINGS, sign_on=SIGN_ON, teams=(TEAM,)))
    job = next(peer for peer in made.facts.peers if peer.name == "grafana-admin")
    assert Call(source=job, target=made.peer, port="http") in made.facts.calls
    assert find_all(wide, "CronJob") == manifest


@pytest.mark.mission("B65")
@pytest.mark.parametrize(
    ("sign_on", "teams", "form", "password"),
    [(None, (), True, True), (SIGN_ON, (), False, False), (SIGN_ON, (TEAM,), False, True)],
)
def test_who_signs_on_needs_no_password_to_guess(
    wide: Chart,
    sign_on: SingleSignOn | None,
    teams: tuple[DashboardTeam, ...],
    *,
    form: bool,
    password: bool,
) -> None:
    grafana(wide, read=[LINES], settings=replace(SETTINGS, sign_on=sign_on, teams=teams))
    told = env(wide)
    assert told["GF_AUTH_DISABLE_LOGIN_FORM"] == str(not form).lower()
    assert told["GF_AUTH_BASIC_ENABLED"] == str(password).lower()


@pytest.mark.mission("B64")
def test_a_job_brings_a_new_password(wide: Chart) -> None:
    """It is given both passwords, and the server no more than before."""
    keys = ("password", "secret-key", "previous-password")
    admin = SecretRef(name="grafana-admin", keys=keys, revision="2")
    grafana(wide, settings=replace(SETTINGS, admin=admin))
    (job,) = find_all(wide, "CronJob")
    assert job["metadata"]["name"] == "grafana-admin"
    pods = (
        job["spec"]["jobTemplate"]["spec"]["template"],
        find(wide, "StatefulSet", "grafana")["spec"]["template"],
    )
    given = [
        [item["key"] for item in volume["secret"]["items"]]
        for pod in pods
        for volume in pod["spec"]["volumes"]
        if volume.get("secret", {}).get("secretName") == "grafana-admin"
    ]
    assert given == [["password", "previous-password"], ["password", "secret-key"]]


def test_facts(wide: Chart) -> None:
    facts = grafana(wide).facts
    assert [(use.secret.name, use.reader) for use in facts.secrets] == [
        ("grafana-admin", "grafana"),
        ("grafana-elasticsearch", "grafana"),
    ]
    assert {call.target.name for call in facts.calls} == {
        "prometheus",
        "alertmanager",
        "elasticsearch",
    }
    assert sum(footprint.objects.get("services", 0) for footprint in facts.footprints) == 2


@pytest.mark.mission("B73")
def test_nobody_comes_in_without_a_name() -> None:
    settings = configparser.ConfigParser(interpolation=None)
    package = files("constructs_lib.observability.grafana")
    settings.read_string(package.joinpath("assets", "grafana.ini").read_text())
    assert settings["auth.anonymous"]["enabled"] == "false"
    assert settings["users"]["allow_sign_up"] == "false"
    assert settings["security"]["admin_password"].startswith("$__file{")


def test_fails_no_alertmanager(wide: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Grafana\.alertmanagers"):
        grafana(wide, alertmanagers=[])


def test_fails_a_secret_without_its_keys() -> None:
    with pytest.raises(ConfigurationError, match=r"Dashboards\.admin.*secret-key"):
        replace(SETTINGS, admin=SecretRef(name="grafana-admin", keys=("password",)))
    with pytest.raises(ConfigurationError, match=r"LogStore\.secret.*ca\.crt"):
        replace(LOGS, secret=SecretRef(name="logs", keys=("username", "password")))
    with pytest.raises(ConfigurationError, match=r"GrafanaDatabase\.database.*ca\.crt"):
        GrafanaDatabase(
            database=replace(DATABASE, secret=SecretRef(name="a", keys=("username", "password")))
        )
    with pytest.raises(ConfigurationError, match=r"SingleSignOn\.secret.*client-secret"):
        replace(SIGN_ON, secret=SecretRef(name="sign-on", keys=("secret",)))


def test_fails_a_folder_of_nothing(wide: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"DashboardTeam\.folders: got 'logs'"):
        grafana(wide, settings=replace(SETTINGS, sign_on=SIGN_ON, teams=(TEAM,)))


def test_fails_one_server_for_a_shared_database() -> None:
    with pytest.raises(ConfigurationError, match=r"GrafanaDatabase\.replicas"):
        GrafanaDatabase(database=DATABASE, replicas=1)


def test_fails_a_server_without_a_connection() -> None:
    with pytest.raises(ConfigurationError, match=r"DatabaseEndpoint\.connections: got 2; .* 3,"):
        GrafanaDatabase(database=replace(DATABASE, connections=2), replicas=3)


def test_fails_a_volume_without_size() -> None:
    with pytest.raises(ConfigurationError, match=r"GrafanaVolume\.size"):
        GrafanaVolume(storage_class=SETTINGS.storage.storage_class, size="0")  # type: ignore[attr-defined]


def test_fails_no_indices() -> None:
    with pytest.raises(ConfigurationError, match=r"LogStore\.indices"):
        replace(LOGS, indices="")
