"""Hocuspocus, which nobody wrote for this library, is a socket tier with what it is told."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    AnyServer,
    BrokerEndpoint,
    Container,
    Http,
    Outside,
    Port,
    Replicas,
    SecretRef,
    SocketTier,
)
from constructs_lib.pods import NODE_PAUSE
from constructs_lib.testing import find
from tests.configuration.programs.cache import kept
from tests.configuration.programs.container import running_container
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.example_apps import NODE
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes

PROGRAM = Path(__file__).parent / "programs" / "hocuspocus"
REDIS = Outside(name="redis", cidrs=("10.20.1.0/24",), ports=(Port(name="redis", number=6379),))


def packages() -> Path:
    """Return the folder of the program with its packages, as its image has it."""

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PROGRAM / name, folder)
        npm = ("npm", "--silent", "--no-audit", "--no-fund", "ci")
        subprocess.run(npm, check=True, cwd=folder)

    return kept("hocuspocus-4.7.0", install)


def pod(port: int, *command: str) -> dict[str, Any]:
    """Return the pod that the tier has."""
    chart = Chart(App(), "notes", namespace="app")
    broker = BrokerEndpoint(
        host="redis.example.com",
        port=6379,
        target=REDIS,
        target_port="redis",
        secret=SecretRef(name="redis", keys=("password",)),
    )
    SocketTier(
        chart,
        "notes",
        container=Container(image="registry.example.com/notes:4.7.0", command=command),
        runtime=AnyServer(
            pause=NODE_PAUSE,
            env={"ADDRESS": "{address}"},
            has_request_threads=False,
            spools_uploads=False,
        ),
        http=Http(port=port, metrics=None),
        broker=broker.read_as(
            {
                "REDIS_HOST": "{host}",
                "REDIS_PORT": "{port}",
                "REDIS_PASSWORD_FILE": "{password_file}",
            }
        ),
        scaling=Replicas(count=2),
        service_level=None,
    )
    spec: dict[str, Any] = find(chart, "Deployment", "notes")["spec"]["template"]["spec"]
    return spec


@pytest.fixture
def replica(system: Debian, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Give what starts a replica, all of them with one broker."""
    redis, image = free_port(), tmp_path / "image"
    image.mkdir()
    shutil.copy(PROGRAM / "server.js", image)
    shutil.copy(PROGRAM / "package.json", image)
    shutil.copytree(packages() / "node_modules", image / "node_modules", symlinks=True)
    with ExitStack() as started:
        folder = started.enter_context(system.folder())
        started.enter_context(
            system.running(
                *("redis-server", "--port", str(redis), "--bind", "127.0.0.1"),
                *("--requirepass", "letters", "--dir", system.inside(folder)),
            )
        )

        @contextmanager
        def start() -> Iterator[tuple[subprocess.Popen[bytes], str, dict[str, Any]]]:
            port = free_port()
            own = tmp_path / str(port)
            own.mkdir()
            spec = pod(port, "node", "server.js")
            env = {each["name"]: each["value"] for each in spec["containers"][0]["env"]}
            with running_container(
                spec,
                image=image,
                programs=NODE,
                places={"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis)},
                files={env["REDIS_PASSWORD_FILE"]: "letters"},
                folder=own,
            ) as (process, log):
                assert becomes(lambda: "listening" in log.read_text(), seconds=30), log.read_text()
                yield process, f"127.0.0.1:{port}", spec

        yield lambda: started.enter_context(start())


def test_a_container_writes_where_its_manifest_lets_it(tmp_path: Path) -> None:
    """Or the other test would prove nothing of a root that is read-only."""
    script = (
        "id -u; touch /tmp/x && echo wrote; mkdir -p ~/.cache/x && echo cached; "
        "while read _ at _ options _; do case $at:$options in "
        "/:ro*|/mnt:ro*) echo $at;; esac; done < /proc/self/mounts"
    )
    with running_container(
        pod(8080, "sh", "-c", script),
        image=PROGRAM,
        programs=NODE,
        places={},
        files={"/run/secrets/letters": "letters"},
        folder=tmp_path,
    ) as (process, log):
        process.wait(timeout=30)
        assert sorted(log.read_text().splitlines()) == ["/", "/mnt", "10001", "cached", "wrote"]


def answers(address: str, probe: dict[str, Any]) -> bool:
    url = f"http://{address}{probe['httpGet']['path']}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bool(200 <= answer.status < 400)


def test_two_replicas_are_one_service(replica: Callable[[], Any], tmp_path: Path) -> None:
    leaving, first, spec = replica()
    _, second, _ = replica()
    assert answers(first, spec["containers"][0]["readinessProbe"])
    client = shutil.copy(PROGRAM / "client.js", tmp_path / "image")
    heard = tmp_path / "heard"
    with heard.open("w") as output:
        people = subprocess.Popen(
            (NODE / "node", client, f"ws://{first}", f"ws://{second}"),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        assert becomes(lambda: '"read"' in heard.read_text(), seconds=30), heard.read_text()
        assert json.loads(heard.read_text().splitlines()[1]) == {"read": "kept"}
        begun = time.monotonic()
        leaving.send_signal(signal.SIGTERM)
        assert leaving.wait(timeout=spec["terminationGracePeriodSeconds"]) == 0
        assert time.monotonic() - begun < 10
        assert becomes(lambda: '"closed"' in heard.read_text(), seconds=30), heard.read_text()
    finally:
        people.kill()
        people.wait(timeout=30)
