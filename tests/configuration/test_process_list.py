"""Whoever sees the processes of a node sees no secret of what programs and scripts start."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from uuid import uuid4

import pytest

from tests.configuration.programs.cluster import cluster, give_passwords
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.mounted import secrets
from tests.configuration.programs.pooler import started
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.process_list import process_list
from tests.configuration.programs.waiting import becomes
from tests.configuration.test_log_scripts import run, write

Files = Mapping[str, Mapping[str, str]]
SCRIPTS = {
    "set-up.sh": ("elasticsearch-set-up-set-up", "elasticsearch-set-up-requests"),
    "import-views.sh": ("kibana-views-views", None),
}
KEYS = (
    *(f"users/{name}" for name in ("administrator", "exporter", "kibana", "logstash")),
    *("users/set-up", "users/views", "reader/password"),
)
SECRET = "s3cret"


@pytest.mark.mission("B62")
def test_members_of_a_database(system: Debian, files: Files) -> None:
    """From the first start on, while they copy each other, and when passwords change."""
    with process_list() as seen, cluster(system, files) as database:
        leader = database.leader()
        give_passwords(database.folder, "second")
        passwords = [database.folder / name / "pgpass" for name in database.ports]
        assert becomes(lambda: all("second" in each.read_text() for each in passwords))
        kept = "SELECT count(*) FROM pg_stat_activity"
        database.run(f'psql -XAtq postgres -c "{kept}"', member=leader)
    assert seen.telling(SECRET) == set()
    for program in ("initdb", "patroni", "credentials.py watch", "psql", "pg_basebackup"):
        assert [each for each in seen.commands if program in each], program


@pytest.mark.mission("B62")
def test_a_pooler(
    system: Debian, folder: Path, certificate: Path, owned: Path, files: Files
) -> None:
    assert certificate.parent == owned
    secrets(folder, "pooler", username="pooler", password=SECRET)
    port = free_port()
    with (
        process_list() as seen,
        started(system, folder, files, port=port, primary=free_port()),
    ):
        users = folder / "run" / "users.txt"
        assert becomes(users.exists)
        secrets(folder, "pooler", username="pooler-2", password=f"{SECRET} of another")
        assert becomes(lambda: "pooler-2" in users.read_text())
    assert seen.telling(SECRET) == set()
    for program in ("pgbouncer /", "start-pooler.sh"):
        assert [each for each in seen.commands if program in each], program


@pytest.mark.mission("B62")
@pytest.mark.parametrize("name", SCRIPTS)
def test_jobs_of_the_log_store(name: str, files: Files, tmp_path: Path) -> None:
    class Taker(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            # Who asks runs until it is answered.
            assert becomes(lambda: any("curl --silent" in each for each in seen.commands))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"success": true}')

        def do_POST(self) -> None:
            self.do_PUT()

        def log_message(self, *_: object) -> None:
            pass

    script, requests = SCRIPTS[name]
    write(tmp_path / "views", files["kibana-views-views"])
    write(tmp_path / "run/secrets", {key: f"{SECRET} of {key}" for key in KEYS})
    write(tmp_path / "run/secrets", {"reader/username": "grafana"})
    text = files[script][name]
    if requests:
        write(tmp_path / "requests", files[requests])
        text = text.replace("/requests/", f"{tmp_path}/requests/")
    with process_list() as seen, serving(Taker) as address:
        done = run(text, tmp_path, URL=f"http://{address}")
    assert done.returncode == 0, done.stdout
    assert seen.telling(SECRET) == set()
    assert [each for each in seen.commands if "curl --silent" in each]


@pytest.mark.mission("B62")
def test_what_is_told_is_seen() -> None:
    """As an argument, and as a variable; of a program that another one becomes, too."""
    word, slept = f"word-{uuid4()}", f"{uuid4().int % 10**9}.{uuid4().int % 10**9}"
    command = f"read -r _; WORD={word} exec sleep {slept}"
    with process_list() as seen:
        process = subprocess.Popen(("sh", "-c", command), stdin=subprocess.PIPE, text=True)
        try:
            assert becomes(lambda: seen.telling(slept) == {f"sh -c {command}"})
            assert process.stdin is not None
            process.stdin.close()
            assert becomes(lambda: f"sleep {slept}" in seen.telling(slept))
        finally:
            process.kill()
            process.wait()
    assert seen.telling(word) == {f"sh -c {command}", "WORD"}
