"""Notifications, as a real Alertmanager writes them: to whom, and where their links lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from constructs_lib import Alerting, Cluster, Outside, PagerDuty, Port, SecretRef, Slack
from constructs_lib.observability import AlertTeam, MicrosoftTeams, Webhook, WorkingHours
from constructs_lib.observability.prometheus.alertmanager_configuration import alertmanager_yaml
from constructs_lib.observability.prometheus.notifications import HTML, TEMPLATES
from constructs_lib.pods import HttpProxy
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.outside import outside
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes

ANY = Outside(name="any", cidrs=("192.0.2.1/32",), ports=(Port(name="any", number=443),))
HOOK = Webhook(secret=SecretRef(name="hook", keys=("url", "token")), target=ANY)
PAGER = PagerDuty(secret=SecretRef(name="pager", keys=("routing-key",)), target=ANY)
SLACK = Slack(secret=SecretRef(name="slack", keys=("url",)), target=ANY, channel="#shop")
TEAMS = MicrosoftTeams(secret=SecretRef(name="teams", keys=("url",)), target=ANY)
ALERTING = Alerting(
    page=[HOOK, SLACK],
    ticket=HOOK,
    runbooks="https://git.example.com/runbooks",
    ticket_hours=WorkingHours(time_zone="Europe/Berlin"),
    teams=[
        AlertTeam(name="payments", page=PAGER, ticket=TEAMS, namespaces=("payments", "fraud")),
        AlertTeam(name="infra", page=PAGER, ticket=TEAMS, labels={"owner": 'the "infra"'}),
    ],
)
RUNBOOK = "https://git.example.com/runbooks/pods.md"
DASHBOARD = "https://grafana.example.com/d/workloads"
ANNOTATIONS = (
    f"--annotation=runbook_url={RUNBOOK}",
    f"--annotation=dashboard_url={DASHBOARD}",
    "--annotation=summary=It <broke>",
)


@pytest.fixture
def configured(folder: Path) -> Path:
    """Return Alertmanager's configuration, beside the texts of its notifications."""
    (folder / "notifications.tmpl").write_text(TEMPLATES)
    path = folder / "alertmanager.yml"
    path.write_text(alertmanager_yaml(ALERTING))
    return path


@pytest.mark.mission("B72")
def test_teams_are_taken(system: Debian, configured: Path) -> None:
    checked = system.run("amtool", "check-config", system.inside(configured))
    assert checked.returncode == 0, checked.stdout
    assert "1 templates" in checked.stdout


@pytest.mark.mission("B72")
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["namespace=fraud", "severity=page"], "payments-page"),
        (["namespace=payments", "severity=ticket"], "payments-ticket"),
        (["namespace=paymentsx", "severity=ticket"], "ticket"),
        ([r"owner=the \"infra\"", "severity=page"], "infra-page"),
        (["namespace=app", "severity=page"], "page"),
        (["alertname=Watchdog", "namespace=fraud"], "nobody"),
    ],
)
def test_routes(system: Debian, configured: Path, labels: list[str], receiver: str) -> None:
    config = f"--config.file={system.inside(configured)}"
    routed = system.run("amtool", "config", "routes", "test", config, *labels)
    assert routed.stdout.splitlines()[-1] == receiver


def told(system: Debian, config: Path, alerting: Alerting, addresses: Mapping[str, str]) -> None:
    """Configure receivers with these addresses; none of them waits."""
    folder = config.parent
    for secret, address in addresses.items():
        (folder / secret).mkdir()
        (folder / secret / "url").write_text(address)
    (folder / "hook" / "token").write_text("word")
    text = alertmanager_yaml(replace(alerting, ticket_hours=None))
    text = text.replace("group_wait: 30s", "group_wait: 1s")
    config.write_text(text.replace("/etc/alertmanager/secrets", system.inside(folder)))


@contextmanager
def alerted(
    system: Debian,
    config: Path,
    *labels: str,
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Let a real Alertmanager run, with an alert of severity ticket, until the end of the block."""
    address = f"127.0.0.1:{free_port()}"
    arguments = (
        f"--config.file={system.inside(config)}",
        f"--storage.path={system.inside(config.parent)}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        *options,
    )
    added = (
        *("amtool", f"--alertmanager.url=http://{address}", "alert", "add"),
        *("Broken", "namespace=app", "severity=ticket", *labels, *ANNOTATIONS),
        "--generator-url=https://prometheus.example.com/graph?g0.expr=up",
    )
    with system.running("prometheus-alertmanager", *arguments, env=env):
        assert becomes(lambda: system.run(*added).returncode == 0)
        yield


@pytest.mark.mission("B128")
def test_every_link_leads_somewhere(system: Debian, configured: Path) -> None:
    """None to a pod, which nobody outside of the cluster can ask."""
    options = ("--web.external-url=https://alerts.example.com/am", "--web.route-prefix=/")
    with outside() as world:
        addresses = {name: f"http://{world.address}/{name}" for name in ("hook", "slack", "teams")}
        told(system, configured, replace(ALERTING, ticket=[HOOK, SLACK, TEAMS]), addresses)
        with alerted(system, configured, "app=a & b", options=options):
            assert becomes(lambda: {"/hook", "/slack", "/teams"} <= world.heard.keys())
    (hook,), (slack,), (teams,) = (world.heard[f"/{name}"] for name in ("hook", "slack", "teams"))
    assert hook["externalURL"] == "https://alerts.example.com/am"
    (message,) = slack["attachments"]
    assert message["title"] == "Broken of a & b in app"
    assert message["title_link"] == RUNBOOK
    silence = (
        "https://alerts.example.com/am/#/silences/new?filter=%7Balertname%3D%22Broken%22%2C"
        "app%3D%22a%20%26%20b%22%2Cnamespace%3D%22app%22%2Cseverity%3D%22ticket%22%7D"
    )
    linked = re.findall(r"https?://[^\s\"<>\\]+", json.dumps([slack, teams]))
    assert {each for each in linked if "adaptivecards.io" not in each} == {
        RUNBOOK,
        DASHBOARD,
        "https://prometheus.example.com/graph?g0.expr=up",
        silence,
    }


def test_a_proxy_is_on_the_way_to_receivers(system: Debian, configured: Path) -> None:
    """As `PodDefaults` says it; with a token, too."""
    addresses = {name: f"http://{name}.example.com/" for name in ("hook", "slack")}
    told(system, configured, replace(ALERTING, ticket=[HOOK, SLACK]), addresses)
    with outside() as proxy:
        env = HttpProxy(url=f"http://{proxy.address}").env(Cluster())
        with alerted(system, configured, env=env):
            assert becomes(lambda: set(addresses.values()) <= proxy.heard.keys())


def test_mail_escapes_what_alerts_say(system: Debian, folder: Path, configured: Path) -> None:
    alert = {
        "status": "firing",
        "labels": {"alertname": "Broken"},
        "annotations": {"summary": "It <broke>", "runbook_url": RUNBOOK},
        "generatorURL": "https://prometheus.example.com/graph",
    }
    data = folder / "data.json"
    data.write_text(
        json.dumps(
            {
                "status": "firing",
                "externalURL": "https://alerts.example.com",
                "commonLabels": {"alertname": 'Bro"ken'},
                "commonAnnotations": {},
                "groupLabels": {},
                "alerts": [alert],
            }
        )
    )
    rendered = system.run(
        *("amtool", "template", "render"),
        f"--template.glob={system.inside(folder)}/*.tmpl",
        f"--template.data={system.inside(data)}",
        "--template.type=html",
        f"--template.text={HTML}",
    )
    assert rendered.returncode == 0, rendered.stdout
    assert "<b>It &lt;broke&gt;</b>" in rendered.stdout
    assert f'<a href="{RUNBOOK}">Runbook</a>' in rendered.stdout
    assert 'href="https://alerts.example.com/#/silences/new?filter=%7Balertname' in rendered.stdout
