"""The program that keeps teams and a password, against a server that answers as Grafana does."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from constructs_lib.facts.dashboards import DashboardFolder
from constructs_lib.observability.grafana.admin_job import team_files
from constructs_lib.observability.grafana.teams import DashboardTeam

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="the program is one for bash"
)

TEAMS = (
    DashboardTeam(
        name="on-call",
        members=("ada@example.com", "new@example.com"),
        folders=(DashboardFolder.LOGS, DashboardFolder.PLATFORM),
    ),
    DashboardTeam(name="shop", members=("eve@example.com",), folders=(DashboardFolder.PLATFORM,)),
    DashboardTeam(name="empty"),
)
# With all that a shell and curl give a meaning to.
PASSWORD = "w\\o\"r $d'"
PREVIOUS = "w\\o\"r $d' of before"
EVERYBODY = [{"role": "Viewer", "permission": 1}, {"role": "Editor", "permission": 1}]


@dataclass
class FakeGrafana:
    """What a Grafana knows of teams and of its user."""

    password: str = PASSWORD
    users: tuple[str, ...] = ("ada@example.com", "eve@example.com")
    teams: dict[str, int] = field(default_factory=dict)
    members: dict[int, list[str]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {each.value for each in DashboardFolder})
    permissions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def answer(self, method: str, url: str, body: Any) -> tuple[int, Any]:  # noqa: ANN401, PLR0911
        """Return the status and the body of an answer."""
        parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
        match method, parts.path.split("/")[2:]:
            case _, ["user", *_]:
                return self.answer_the_user(body)
            case "POST", ["teams"]:
                if body["name"] in self.teams:
                    return 409, {"message": "Team name taken"}
                self.teams[body["name"]] = len(self.teams) + 7
                return 200, {"message": "Team created"}
            case "GET", ["teams", "search"]:
                (name,) = query["name"]
                team = {"id": self.teams[name], "uid": f"u{name}", "orgId": 1, "name": name}
                return 200, {"totalCount": 1, "teams": [team], "page": 1, "perPage": 1000}
            case "GET", ["users", "lookup"]:
                (email,) = query["loginOrEmail"]
                return (200, {"id": 3}) if email in self.users else (404, {"message": "no user"})
            case "PUT", ["teams", number, "members"]:
                self.members[int(number)] = body["members"]
                return 200, {"message": "Team memberships have been updated"}
            case "POST", ["folders"]:
                if body["uid"] in self.folders:
                    return 412, {"message": "the folder has been changed"}
                self.folders.add(body["uid"])
                return 200, {"uid": body["uid"]}
            case "POST", ["folders", uid, "permissions"] if uid in self.folders:
                self.permissions[uid] = body["items"]
                return 200, {"message": "DashboardFolder permissions updated"}
        return 404, {"message": "Not found"}

    def answer_the_user(self, body: Any) -> tuple[int, Any]:  # noqa: ANN401
        """Return who it is, or that its password is changed."""
        if body is None:
            return 200, {"login": "admin"}
        assert body["oldPassword"] == self.password
        self.password = body["newPassword"]
        return 200, {"message": "User password changed"}


@pytest.fixture
def fake() -> FakeGrafana:
    return FakeGrafana()


@pytest.fixture
def url(fake: FakeGrafana) -> Iterator[str]:
    """Return the address of a server that the password of now opens."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            allowed = (
                self.headers["Authorization"]
                == f"Basic {b64encode(f'admin:{fake.password}'.encode()).decode()}"
            )
            status, answer = (
                fake.answer(self.command, self.path, body) if allowed else (401, {"message": "no"})
            )
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - names of the server

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def apply(
    url: str,
    folder: Path,
    teams: tuple[DashboardTeam, ...] = (),
    *,
    password: str = PASSWORD,
    previous: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the program on the files that it is given; what it calls writes down its arguments."""
    for name, text in team_files(teams, list(DashboardFolder)).files.items():
        (folder / name).write_text(text)
    (folder / "password").write_text(password)
    if previous is not None:
        (folder / "previous-password").write_text(previous)
    curl = folder / "curl"
    curl.write_text(f'#!/bin/sh\necho "$@" >> {folder}/told\nexec {shutil.which("curl")} "$@"\n')
    curl.chmod(0o755)
    return subprocess.run(  # noqa: S603 - a program of ours
        ["bash", str(folder / "apply.sh")],  # noqa: S607
        env={
            "GRAFANA_URL": url,
            "ADMIN_FILES": str(folder),
            "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.mission("B73")
def test_teams_folders_and_permissions(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    done = apply(url, tmp_path, TEAMS)
    assert (done.returncode, done.stderr) == (0, "")
    assert fake.teams == {"on-call": 7, "shop": 8, "empty": 9}
    assert fake.members == {7: ["ada@example.com"], 8: ["eve@example.com"], 9: []}
    assert fake.permissions == {
        "services": EVERYBODY,
        "platform": [{"teamId": 7, "permission": 1}, {"teamId": 8, "permission": 1}],
        "logs": [{"teamId": 7, "permission": 1}],
        "on-call": [*EVERYBODY, {"teamId": 7, "permission": 2}],
        "shop": [*EVERYBODY, {"teamId": 8, "permission": 2}],
        "empty": [*EVERYBODY, {"teamId": 9, "permission": 2}],
    }


def test_a_second_run_changes_nothing(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    apply(url, tmp_path, TEAMS)
    before = (dict(fake.teams), dict(fake.members), dict(fake.permissions))
    assert apply(url, tmp_path, TEAMS).returncode == 0
    assert (fake.teams, fake.members, fake.permissions) == before


def test_who_signs_in_later_joins_later(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    apply(url, tmp_path, TEAMS)
    fake.users = (*fake.users, "new@example.com")
    apply(url, tmp_path, TEAMS)
    assert fake.members[7] == ["ada@example.com", "new@example.com"]


def test_who_is_crossed_out_leaves(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    apply(url, tmp_path, TEAMS)
    apply(url, tmp_path, (DashboardTeam(name="on-call"),))
    assert fake.members[7] == []


def test_a_wrong_password_fails_and_is_not_told(url: str, tmp_path: Path) -> None:
    done = apply(url, tmp_path, TEAMS, password="other")
    assert done.returncode == 1
    assert done.stderr == "user admin: Grafana answers 401\n"


def test_a_folder_that_is_missing_fails(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    fake.folders.remove("logs")
    done = apply(url, tmp_path, TEAMS)
    assert done.returncode == 1
    assert done.stderr == "permissions of logs: Grafana answers 404\n"


@pytest.mark.mission("B64")
def test_a_new_password_takes_the_place_of_the_previous_one(
    fake: FakeGrafana, url: str, tmp_path: Path
) -> None:
    """And the teams are kept in the same run: nobody is refused in between."""
    fake.password = PREVIOUS
    done = apply(url, tmp_path, TEAMS, previous=PREVIOUS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "password of admin: changed\n"
    assert fake.password == PASSWORD
    assert len(fake.teams) == 3
    again = apply(url, tmp_path, TEAMS, previous=PREVIOUS)
    assert (again.returncode, again.stdout, fake.password) == (0, "", PASSWORD)


@pytest.mark.mission("B62")
def test_no_password_is_in_the_list_of_processes(
    fake: FakeGrafana, url: str, tmp_path: Path
) -> None:
    fake.password = PREVIOUS
    apply(url, tmp_path, TEAMS, previous=PREVIOUS)
    told = (tmp_path / "told").read_text()
    assert told.count("/api/user/password") == 1
    assert "w\\o" not in told


def test_neither_password_opens(fake: FakeGrafana, url: str, tmp_path: Path) -> None:
    fake.password = "a third"
    done = apply(url, tmp_path, previous=PREVIOUS)
    assert (done.returncode, done.stderr) == (1, "password of admin: Grafana answers 401\n")
