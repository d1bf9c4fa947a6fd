"""What real programs print is read for what it says: each event by itself, with its level."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest
from cdk8s import App, Chart

from constructs_lib import ApiTier, Container
from constructs_lib.facts import LogFormat
from constructs_lib.testing import find
from tests.configuration.programs.cache import kept
from tests.configuration.programs.example_apps import NODE, api_programs
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.observability.elk.grok import events, read

WRITERS = Path(__file__).parent / "programs" / "log_writers"
CELERY = "celery==5.5.2"


def printed(written: LogFormat, log: Path) -> dict[str, Mapping[str, str] | None]:
    """Return what is read of each event that was printed."""
    return {each: read(written, each) for each in events(written, log.read_text().splitlines())}


def one(found: Mapping[str, Mapping[str, str] | None], part: str) -> tuple[str, Mapping[str, str]]:
    """Return the one event that begins with a text, or has it in its first line."""
    (event,) = (each for each in found if part in each.partition("\n")[0])
    fields = found[event]
    assert fields is not None, f"not understood: {event}"
    return event, fields


@pytest.mark.mission("B75")
@pytest.mark.mission("B126")
@pytest.mark.mission("B131")
def test_gunicorn_and_flask(tmp_path: Path) -> None:
    """With just the arguments that an `ApiTier` gives."""
    chart = Chart(App(), "api", namespace="app")
    ApiTier(chart, "api", container=Container(image="registry.example.com/shop/api:2.0.3"))
    (container,) = find(chart, "Deployment", "api")["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    port = free_port()
    shutil.copy(WRITERS / "web.py", tmp_path)
    log = tmp_path / "log"

    def ask(path: str) -> bool:
        headers = {
            "X-Request-ID": "abc-1",
            "User-Agent": 'a "b" c',
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        }
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    with log.open("w") as output:
        process = subprocess.Popen(
            ("gunicorn", "web:app"),
            cwd=tmp_path,
            env={
                **told,
                "PATH": f"{api_programs()}:{os.environ['PATH']}",
                "GUNICORN_CMD_ARGS": told["GUNICORN_CMD_ARGS"].replace(
                    f":{told['PORT']}", f":{port}"
                ),
                "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            assert becomes(lambda: ask("/healthz"), seconds=60)
            assert ask("/fail?x=%22y%22")
            assert ask("/said")
            assert becomes(lambda: "GET /said" in log.read_text())
        finally:
            process.terminate()
            process.wait(timeout=60)
    found = printed(LogFormat.PYTHON, log)
    request = one(found, "GET /fail")[1]
    assert request["[http][response][status_code]"] == "500"
    assert request["[url][original]"] == "/fail?x=%22y%22"
    assert request["[request]"] == "abc-1"
    assert request["[trace][id]"] == "0af7651916cd43dd8448eb211c80319c"
    assert request["[agent]"] == r"a \"b\" c"
    assert int(request["[http][response][milliseconds]"]) >= 0
    failure, fields = one(found, "Exception on /fail")
    assert fields["[severity]"] == "ERROR"
    assert failure.endswith("LookupError: no such order")
    assert "ValueError: invalid literal" in failure
    assert one(found, "order 4711")[1] == {
        "[severity]": "WARNING",
        "[log][logger]": "shop.orders",
        "[text]": "order 4711 waits",
    }
    assert one(found, "4712")[1]["[severity]"] == "ERROR"
    assert one(found, "in web: order 4714")[1]["[text]"] == "order 4714 failed"
    assert one(found, "Booting worker")[1]["[log][level]"] == "INFO"
    # What is printed is an event of its own, and is the only one of which nothing is known.
    assert [event for event, fields in found.items() if fields is None] == ["order 4713 is printed"]


@pytest.mark.mission("B126")
def test_celery(tmp_path: Path) -> None:
    def install(folder: Path) -> None:
        subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        subprocess.run((folder / "bin" / "pip", "install", "--quiet", CELERY), check=True)

    programs = kept(CELERY.replace("==", "-"), install) / "bin"
    shutil.copy(WRITERS / "tasks.py", tmp_path)
    (tmp_path / "queue").mkdir()
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            (
                programs / "celery",
                *["-A", "tasks", "worker", "-c", "1", "--loglevel=INFO", "-n", "worker"],
            ),
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            sent = "import tasks; tasks.add.delay(1, 2); tasks.add.delay(1, 'x')"
            subprocess.run((programs / "python", "-c", sent), cwd=tmp_path, check=True)
            assert becomes(lambda: "raised unexpected" in log.read_text(), seconds=90)
            time.sleep(1)
        finally:
            process.terminate()
            process.wait(timeout=60)
    found = printed(LogFormat.PYTHON, log)
    failure, fields = one(found, "raised unexpected")
    assert fields["[severity]"] == "ERROR"
    assert fields["[process][name]"] == "ForkPoolWorker-1"
    assert "\nTypeError: unsupported operand" in failure
    assert one(found, "ready.")[1]["[severity]"] == "INFO"
    assert one(found, "Warm shutdown")[1]["[text]"].startswith("Warm shutdown")
    assert any("celery@worker" in event and "[tasks]" in event for event in found)


@pytest.mark.mission("B126")
def test_node(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        subprocess.run(
            (NODE / "node", WRITERS / "server.mjs"),
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    found = printed(LogFormat.NODE, log)
    logged, fields = one(found, "TypeError: of no type")
    assert fields["[thrown]"] == "TypeError"
    assert "\n    at " in logged
    died, fields = one(found, "RangeError: out of range")
    assert fields["[thrown]"] == "RangeError"
    assert "\n    at " in died
    assert one(found, "listening")[1] == {"[text]": "listening on 8080"}
    (line,) = (event for event in found if event.startswith("{"))
    assert line.endswith("1204}")
