"""Prometheus, Alertmanager and the blackbox exporter take what is written for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from constructs_lib import Alerting, Outside, PagerDuty, Port, SecretRef, Slack
from constructs_lib.observability import Email, MicrosoftTeams, Opsgenie, Receiver, Webhook
from constructs_lib.observability.prometheus.alertmanager_configuration import alertmanager_yaml
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.rule_tests import ending

Files = Mapping[str, Mapping[str, str]]
RELAY = Outside(name="relay", cidrs=("192.0.2.1/32",), ports=(Port(name="any", number=443),))
RULES = Path(__file__).parent / "rules"


@pytest.fixture
def configuration(system: Debian, folder: Path, files: Files) -> Path:
    """Return Prometheus' configuration where its other files are too."""
    for config, rules in files.items():
        if config.startswith("prometheus-rules-"):
            place = folder / "rules" / config.removeprefix("prometheus-rules-")
            place.mkdir(parents=True)
            for name, rule in rules.items():
                # Where their links lead is seen in notifications.
                text = re.sub(r"\n *dashboard_url: .*", "", rule)
                # The name of a Job changes with what it does.
                text = re.sub(r"(api-migration)-[0-9a-f]{8}", r"\1-abcdef01", text)
                (place / name).write_text(text)
    (folder / "token").touch()
    text = files["prometheus-configuration"]["prometheus.yml"]
    inside = system.inside(folder)
    text = text.replace("/etc/prometheus/rules", f"{inside}/rules")
    text = text.replace("/var/run/secrets/kubernetes.io/serviceaccount/token", f"{inside}/token")
    path = folder / "prometheus.yml"
    path.write_text(text)
    return path


def test_configuration(system: Debian, configuration: Path) -> None:
    checked = system.run("promtool", "check", "config", system.inside(configuration))
    assert checked.returncode == 0, checked.stdout
    rules = list(configuration.parent.glob("rules/*/*.yaml"))
    assert rules
    assert f"{len(rules)} rule files found" in checked.stdout


def test_a_wrong_field_is_refused(system: Debian, configuration: Path) -> None:
    configuration.write_text(configuration.read_text().replace("role: pod", "rolle: pod"))
    checked = system.run("promtool", "check", "config", system.inside(configuration))
    assert checked.returncode != 0
    assert "rolle" in checked.stdout


@pytest.mark.mission("B68")
def test_rules(system: Debian, configuration: Path) -> None:
    rules = [system.inside(path) for path in sorted(configuration.parent.glob("rules/*/*.yaml"))]
    checked = system.run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *rules)
    assert checked.returncode == 0, checked.stdout


def test_a_wrong_rule_is_refused(system: Debian, configuration: Path) -> None:
    rules = configuration.parent / "rules" / "monitoring-blackbox" / "monitoring-blackbox.yaml"
    rules.write_text(rules.read_text().replace("probe_success", "probe[["))
    checked = system.run("promtool", "check", "rules", system.inside(rules))
    assert checked.returncode != 0


@pytest.mark.mission("B128")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[pytest.mark.mission("B129")] if path.stem == "promises" else [])
        for path in sorted(RULES.glob("*.yaml"))
    ],
    ids=lambda path: path.stem,
)
def test_alerts_fire_and_stay_silent(system: Debian, configuration: Path, path: Path) -> None:
    tested = rule_test(system, configuration, path.read_text())
    assert tested.returncode == 0, tested.stdout


@pytest.mark.mission("B128")
@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.stem)
def test_alerts_end(system: Debian, configuration: Path, path: Path) -> None:
    tested = rule_test(system, configuration, ending(path.read_text()))
    assert tested.returncode == 0, tested.stdout


def test_a_test_of_rules_can_fail(system: Debian, configuration: Path) -> None:
    text = (RULES / "logging.yaml").read_text().replace("severity: page", "severity: ticket")
    assert rule_test(system, configuration, text).returncode != 0


def rule_test(system: Debian, configuration: Path, text: str) -> CompletedProcess[str]:
    tests = configuration.parent / "tests"
    tests.mkdir()
    (tests / "tests.yaml").write_text(text)
    return system.run("promtool", "test", "rules", system.inside(tests / "tests.yaml"))


@pytest.fixture
def alertmanager(folder: Path, files: Files) -> Path:
    """Return Alertmanager's configuration."""
    path = folder / "alertmanager.yml"
    path.write_text(files["alertmanager-configuration"]["alertmanager.yml"])
    return path


def test_alertmanager(system: Debian, alertmanager: Path) -> None:
    checked = system.run("amtool", "check-config", system.inside(alertmanager))
    assert checked.returncode == 0, checked.stdout


def test_a_route_to_nobody_is_refused(system: Debian, alertmanager: Path) -> None:
    settings = yaml.safe_load(alertmanager.read_text())
    settings["route"]["receiver"] = "somebody"
    alertmanager.write_text(yaml.safe_dump(settings))
    checked = system.run("amtool", "check-config", system.inside(alertmanager))
    assert checked.returncode != 0
    assert "somebody" in checked.stdout


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=PatroniHasNoLeader", "severity=page"], "page"),
        (["alertname=PostgresqlBackupTooOld", "severity=ticket"], "ticket"),
        (["alertname=Watchdog", "severity=none"], "heartbeat"),
        (["alertname=Unknown"], "ticket"),
    ],
)
def test_routes(system: Debian, alertmanager: Path, labels: list[str], receiver: str) -> None:
    config = f"--config.file={system.inside(alertmanager)}"
    routed = system.run("amtool", "config", "routes", "test", config, *labels)
    assert routed.stdout.splitlines()[-1] == receiver


@pytest.mark.parametrize(
    "receiver",
    [
        Email(
            secret=SecretRef(name="mail", keys=("password",)),
            target=RELAY,
            host="mail.example.com",
            username="alerts",
            sender="alerts@example.com",
            to=["team@example.com"],
        ),
        Email(secret=None, target=RELAY, host="relay", sender="a@b.example", to=["c@d.example"]),
        MicrosoftTeams(secret=SecretRef(name="teams", keys=("url",)), target=RELAY),
        Opsgenie(secret=SecretRef(name="opsgenie", keys=("api-key",)), target=RELAY),
        PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=RELAY),
        Slack(secret=SecretRef(name="slack", keys=("url",)), target=RELAY, channel="#shop"),
        Webhook(secret=SecretRef(name="hook", keys=("url",)), target=RELAY),
    ],
    ids=lambda receiver: type(receiver).__name__,
)
@pytest.mark.mission("B72")
def test_each_receiver(system: Debian, folder: Path, receiver: Receiver) -> None:
    alerting = Alerting(page=receiver, ticket=receiver, runbooks="https://example.com")
    path = folder / "alertmanager.yml"
    path.write_text(alertmanager_yaml(alerting))
    checked = system.run("amtool", "check-config", system.inside(path))
    assert checked.returncode == 0, checked.stdout


def test_blackbox(system: Debian, folder: Path, files: Files) -> None:
    path = folder / "blackbox.yml"
    command = ("prometheus-blackbox-exporter", "--config.check")
    config = f"--config.file={system.inside(path)}"
    path.write_text(files["blackbox-configuration"]["blackbox.yml"])
    assert system.run(*command, config).returncode == 0
    path.write_text(path.read_text().replace("timeout:", "timeoutt:"))
    assert system.run(*command, config).returncode != 0
