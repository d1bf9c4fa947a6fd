"""A request is one trace from the edge through web and API into the worker, and in their lines."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App

from constructs_lib.facts import LogFormat
from tests.configuration.programs.example_apps import Running, running
from tests.configuration.programs.opentelemetry import (
    Collector,
    Span,
    collecting,
    node_modules,
    python_programs,
)
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.documentation.pages import ROOT
from tests.observability.elk.grok import read

WRITER = Path(__file__).parent / "programs" / "log_writers" / "traced.py"
_REFERENCE = re.compile(r"\$\((\w+)\)")
TRACE = "0af7651916cd43dd8448eb211c80319c"
EDGE = "b7ad6b7169203331"


def told(name: str, folder: Path, collector: Collector) -> dict[str, str]:
    """Return what the example tells a container, read as the kubelet does, but for the address."""
    build = runpy.run_path(str(ROOT / "examples/tracing/main.py"))["build"]
    objects: Sequence[Mapping[str, Any]] = build(App(outdir=str(folder))).to_json()
    (pod,) = (
        each["spec"]["template"]
        for each in objects
        if (each["kind"], each["metadata"]["name"]) == ("Deployment", name)
    )
    fields = {
        "metadata.name": f"{name}-0",
        "metadata.namespace": "shop",
        "spec.nodeName": "node-a",
        **{f"metadata.labels['{k}']": v for k, v in pod["metadata"]["labels"].items()},
    }
    env: dict[str, str] = {}
    for each in pod["spec"]["containers"][0]["env"]:
        text = each.get("value") or fields[each["valueFrom"]["fieldRef"]["fieldPath"]]
        env[each["name"]] = _REFERENCE.sub(lambda found: env[found[1]], text)
    return env | {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.address}"}


@contextmanager
def started(
    command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path
) -> Iterator[None]:
    """Let a program of the SDK run until the end of the block."""
    with log.open("w") as output:
        process = subprocess.Popen(
            (python_programs() / "opentelemetry-instrument", *command),
            cwd=folder,
            env={**env, "PATH": f"{python_programs()}:{os.environ['PATH']}"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """Give a collector."""
    with collecting() as made:
        yield made


@pytest.fixture(scope="module")
def shop(
    collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Path]]:
    """Run web, API and worker; give the web tier, and what the API prints to."""
    folder = tmp_path_factory.mktemp("shop")
    queue, log, port = folder / "queue", folder / "api.log", free_port()
    queue.mkdir()
    shutil.copy(WRITER, folder)
    own = {
        "BROKER_URL": "filesystem://",
        "QUEUE": str(queue),
        "OTEL_PYTHON_LOG_CORRELATION": "true",
    }
    api, worker, web = (told(name, folder, collector) for name in ("api", "worker", "web"))
    arguments = api["GUNICORN_CMD_ARGS"].replace(f":{api['PORT']}", f":{port}")
    api |= {"GUNICORN_CMD_ARGS": arguments, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    tasks = ("celery", "--app=traced:tasks", "worker", "--concurrency=1", "--loglevel=INFO")
    # Where the image would have them among those of the application.
    web["NODE_PATH"] = str(node_modules())
    with (
        started(("gunicorn", "traced:app"), folder, api | own, log),
        started(tasks, folder, worker | own, folder / "worker.log"),
        running("web", folder, web, {"API_URL": f"http://127.0.0.1:{port}"}) as server,
    ):
        alive = f"http://127.0.0.1:{port}/healthz"
        assert becomes(lambda: answers(alive), seconds=60), log.read_text()
        ready = folder / "worker.log"
        assert becomes(lambda: " ready." in ready.read_text(), seconds=60), ready.read_text()
        yield server, log


def answers(url: str, traceparent: str = "") -> bool:
    headers = {"traceparent": traceparent} if traceparent else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30):
            return True
    except OSError:
        return False


def ask(web: Running, *, trace: str, sampled: bool) -> None:
    """Ask as whoever is in front does, who has decided whether the trace is kept."""
    traceparent = f"00-{trace}-{EDGE}-{'01' if sampled else '00'}"
    assert answers(f"http://127.0.0.1:{web.port}/", traceparent)


@pytest.mark.mission("B126")
def test_a_request_is_one_trace_of_all_tiers(
    shop: tuple[Running, Path], collector: Collector
) -> None:
    web, log = shop
    ask(web, trace=TRACE, sampled=True)

    def spans(service: str) -> list[Span]:
        return [each for each in collector.spans(service) if each.trace == TRACE]

    def follows(service: str, parents: set[str]) -> bool:
        return any(each.parent in parents for each in spans(service))

    def whole() -> bool:
        web, api = ({each.id for each in spans(name)} for name in ("web", "api"))
        return follows("web", {EDGE}) and follows("api", web) and follows("worker", api)

    # Sent by each process by itself, within seconds.
    assert becomes(whole, seconds=60)
    assert {path for path, _ in collector.sent} == {"/v1/traces"}
    # Next.js tells of the request too, beside the server of Node.js.
    first = next(each for each in spans("web") if each.parent == EDGE)
    assert {"service.namespace", "k8s.pod.name"} <= first.resource.keys()
    assert first.resource["k8s.pod.name"] == "web-0"
    assert first.resource["service.instance.id"] == "shop.web-0.app"
    assert first.resource["service.version"] == "1.4.2"
    assert "GET /api/orders" in {each.name for each in spans("api")}
    lines = log.read_text().splitlines()
    found = [fields for line in lines if (fields := read(LogFormat.PYTHON, line)) is not None]
    own = [each for each in found if each.get("[trace][id]") == TRACE]
    (said,) = (each for each in own if each.get("[text]") == "orders are asked for")
    assert said["[log][logger]"] == "shop.orders"
    assert "/api/orders" in {each.get("[url][original]") for each in own}
    (probe, *_) = (each for each in found if each.get("[url][original]") == "/healthz")
    assert "[trace][id]" not in probe


@pytest.mark.mission("B126")
def test_who_is_in_front_decides(shop: tuple[Running, Path], collector: Collector) -> None:
    web, log = shop
    left_out, kept = "1" * 32, "2" * 32
    ask(web, trace=left_out, sampled=False)
    ask(web, trace=kept, sampled=True)
    assert becomes(lambda: kept in {each.trace for each in collector.spans("worker")}, seconds=60)
    every = (each for name in ("web", "api", "worker") for each in collector.spans(name))
    assert left_out not in {each.trace for each in every}
    # Its lines are found all the same.
    assert f"trace_id={left_out}" in log.read_text()
