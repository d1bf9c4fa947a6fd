"""Who signs in, and what teams are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from constructs_lib import ConfigurationError, Outside
from constructs_lib.facts.dashboards import DashboardFolder
from constructs_lib.observability.grafana.sign_on import SingleSignOn
from constructs_lib.observability.grafana.teams import DashboardTeam
from tests.observability.grafana.ends import SETTINGS, SIGN_ON


def test_groups_of_another_claim() -> None:
    sign_on = replace(SIGN_ON, groups_claim="roles", editors=(), admins=())
    assert sign_on.role_path == "contains(roles[*], 'shop') && 'Viewer'"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token_url", "id.example.com/token"),
        ("authorization_url", "https://user:word@id.example.com/"),
        ("user_info_url", "https://id.example.com/ userinfo"),
        ("viewers", ("it's",)),
        ("viewers", ("shop", "shop")),
        ("client_id", "gra\x00fana"),
        ("groups_claim", "a[0]"),
        ("provider", Outside(name="identity-provider", cidrs=("192.0.2.0/24",))),
    ],
)
def test_fails_sign_on(field: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=rf"SingleSignOn\.{field}"):
        replace(SIGN_ON, **{field: value})  # type: ignore[arg-type]


def test_fails_a_door_for_nobody() -> None:
    with pytest.raises(ConfigurationError, match=r"SingleSignOn\.viewers"):
        replace(SIGN_ON, viewers=(), editors=(), admins=())


def test_fails_the_secret_itself() -> None:
    arguments = {name: value for name, value in vars(SIGN_ON).items() if name != "secret"}
    with pytest.raises(ConfigurationError) as caught:
        SingleSignOn(secret="hunter2", **arguments)  # type: ignore[arg-type]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("member", ["ada", "ada@example", "ada @example.com", "a,b@example.com"])
def test_fails_member(member: str) -> None:
    with pytest.raises(ConfigurationError, match=r"DashboardTeam\.members"):
        DashboardTeam(name="on-call", members=(member,))


@pytest.mark.parametrize("name", ["On call", "logs", ""])
def test_fails_team(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"DashboardTeam\.name"):
        DashboardTeam(name=name)


def test_fails_a_folder_twice() -> None:
    with pytest.raises(ConfigurationError, match=r"DashboardTeam\.folders"):
        DashboardTeam(name="on-call", folders=(DashboardFolder.LOGS, DashboardFolder.LOGS))


def test_fails_two_teams_of_one_name() -> None:
    with pytest.raises(ConfigurationError, match=r"Dashboards\.teams"):
        replace(SETTINGS, sign_on=SIGN_ON, teams=(DashboardTeam(name="a"), DashboardTeam(name="a")))


def test_fails_a_team_that_nobody_can_join() -> None:
    with pytest.raises(ConfigurationError, match=r"Dashboards\.sign_on"):
        replace(SETTINGS, teams=(DashboardTeam(name="on-call"),))
