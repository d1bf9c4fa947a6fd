"""Filebeat reads the files of the watched as the pipelines of Logstash expect them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.facts import LogFormat
from constructs_lib.observability import AuditLog
from tests.configuration.programs.filebeat import NODE, check, filebeat
from tests.configuration.programs.lumberjack import Event
from tests.configuration.programs.pods import log_name, pods
from tests.configuration.programs.waiting import becomes
from tests.observability.elk.grok import read

Files = Mapping[str, Mapping[str, str]]
Objects = Sequence[Mapping[str, Any]]
pytestmark = pytest.mark.usefixtures("go")

REQUEST = '10.0.0.1 - - [22/Nov/2026:22:10:00 +0000] "GET /api/a HTTP/1.1" 500 5 "-" "c"'
FAILED = """[2026-11-22 22:10:00 +0000] [7] [ERROR] Error handling request /
Traceback (most recent call last):
  File "app.py"
ValueError: no"""
JSON = '{"level": "info", "msg": "here"}'
EVENT = '{"time": "2026-11-22T22:10:00Z", "level": "warn", "reason": "BackOff"}'
STACK = "RangeError: out of range\n    at pay (pay.js:1:2) {\n  code: 7\n}"
PROBE = REQUEST.replace('"c"', '"kube-probe/1.34"')
STATEMENT = "2026-11-22 22:10:00.123 UTC [42] shop@shop api LOG:  statement: SELECT\n\t1"
PATRONI = "2026-11-22 22:10:00,123 INFO: no action. I am (postgres-0), the leader"
POOLER = "2026-11-22 22:10:00.123 UTC [1] WARNING no such user: x"
ROUTER = "[ALERT]    (6) : proxy 'primary' has no server available!"
BACKUP = "2026-11-22 22:10:00.123 P00   INFO: backup command begin"
SERVER = '{"time": "2026-11-22T22:10:00.123Z", "level": "WARN", "msg": "here"}'
CONTROLLER = "W1122 22:10:00.123456       1 reflector.go:1] here"
# What the containers of each pod write, by its name, and how it is read.
WRITTEN: Mapping[str, tuple[LogFormat, list[str]]] = {
    "api": (LogFormat.PYTHON, [REQUEST, FAILED, "order 4711 is printed", JSON]),
    "api-migration": (LogFormat.PLAIN, ["the table is there"]),
    "cluster-events": (LogFormat.JSON, [EVENT]),
    "configuration-backup": (LogFormat.PLAIN, ["written: https://s3.example.com/1.tar.gz"]),
    "postgres": (LogFormat.POSTGRES, [STATEMENT, PATRONI]),
    **dict.fromkeys(
        ("postgres-backups", "postgres-checks", "postgres-maintenance"),
        (LogFormat.POSTGRES, [BACKUP]),
    ),
    "postgres-ro": (LogFormat.POSTGRES, [POOLER, ROUTER]),
    "postgres-rw": (LogFormat.POSTGRES, [POOLER, ROUTER]),
    "socket": (LogFormat.NODE, [JSON, STACK]),
    "web": (LogFormat.NODE, [JSON]),
    **dict.fromkeys(
        (
            *("alertmanager", "blackbox", "elasticsearch", "elasticsearch-exporter"),
            *("grafana", "node-exporter", "prometheus"),
        ),
        (LogFormat.JSON, [SERVER]),
    ),
    **dict.fromkeys(
        ("certificates-app", "certificates-logging", "certificates-node-agents"),
        (LogFormat.PLAIN, ["/run/certificates/shop/tls.crt ends in 80 days"]),
    ),
    **dict.fromkeys(
        (
            *("elasticsearch-set-up", "kibana", "kibana-views", "kube-state-metrics"),
            *("logstash", "prometheus-adapter"),
        ),
        (LogFormat.PLAIN, [CONTROLLER]),
    ),
}


@pytest.fixture(scope="session")
def settings(files: Files) -> str:
    """Return the settings of Filebeat."""
    return files["filebeat-settings"]["filebeat.yml"]


def test_settings(tmp_path: Path, settings: str) -> None:
    told = check(tmp_path, settings)
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "Config OK")


def test_settings_with_an_audit_log(tmp_path: Path, settings: str) -> None:
    read = [AuditLog(directory="/var/log/kubernetes/audit").input]
    told = check(tmp_path, settings + yaml.safe_dump({"filebeat.inputs": read}))
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "Config OK")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("drop_fields:", "drop_field:", "drop_field"),
        ("output.logstash:", "output.logstach:", "logstach"),
        ("  ssl.key:", "  ssl.kez:", "key"),
    ],
)
def test_a_wrong_setting_is_refused(
    tmp_path: Path, settings: str, old: str, new: str, says: str
) -> None:
    assert old in settings
    told = check(tmp_path, settings.replace(old, new))
    assert told.returncode != 0
    assert says in told.stdout


def as_written(message: str) -> str:
    """Return lines as containerd writes them; what is long comes in parts."""
    moment = "2026-11-22T22:10:00.123456789Z"
    lines = []
    for line in message.split("\n"):
        lines.append(f"{moment} stdout P {line[:20]}")
        lines.append(f"{moment} stdout F {line[20:]}")
    return "".join(f"{line}\n" for line in lines)


def named(pod: Mapping[str, Any]) -> str:
    name: str = pod["metadata"]["labels"]["app.kubernetes.io/name"]
    return name


def until(events: list[Event], count: int, output: Path) -> None:
    """Wait until so many events are there, and no more come."""
    becomes(lambda: len(events) >= count, seconds=90)
    time.sleep(3)
    assert len(events) == count, output.read_text()[-3000:]


@pytest.mark.mission("B75")
@pytest.mark.mission("B126")
@pytest.mark.mission("B74")
def test_lines_reach_logstash(tmp_path: Path, settings: str, objects: Objects) -> None:
    cluster = pods(objects)
    here = [pod for pod in cluster if pod["spec"]["nodeName"] == NODE]
    with filebeat(tmp_path, settings, cluster=cluster, policy=objects) as (logs, events):
        for pod in here:
            for container in pod["spec"]["containers"]:
                _, messages = WRITTEN.get(named(pod), (LogFormat.PLAIN, ["of nobody that is read"]))
                text = "".join(map(as_written, [*messages, PROBE]))
                (logs / log_name(pod, container["name"])).write_text(text)
        assert {"filebeat"} == {named(pod) for pod in here} - WRITTEN.keys()
        ours = [pod for pod in here if named(pod) in WRITTEN]
        count = sum(len(pod["spec"]["containers"]) * len(WRITTEN[named(pod)][-1]) for pod in ours)
        until(events, count, tmp_path / "output")
    namespaces = {named(pod): pod["metadata"]["namespace"] for pod in ours}
    seen: dict[str, set[str]] = {}
    for event in events:
        name = event["service"]["name"]
        seen.setdefault(name, set()).add(event["message"])
        form, _ = WRITTEN[name]
        assert event["service"]["log_format"] == form.name
        assert event["kubernetes"]["namespace"] == namespaces[name]
        assert not event.keys() & {"agent", "ecs", "input"}
        if form.patterns and not event["message"].startswith(("{", "order")):
            assert read(form, event["message"]) is not None
    assert seen == {name: set(messages) for name, (_, messages) in WRITTEN.items()}


def test_without_its_role_nothing_is_read(tmp_path: Path, settings: str, objects: Objects) -> None:
    cluster = pods(objects)
    policy = [
        each
        for each in objects
        if (each["kind"], each["metadata"]["name"]) != ("RoleBinding", "filebeat")
    ]
    with filebeat(tmp_path, settings, cluster=cluster, policy=policy) as (logs, events):
        for pod in cluster:
            for container in pod["spec"]["containers"]:
                (logs / log_name(pod, container["name"])).write_text(as_written(JSON))
        time.sleep(10)
        assert events == []
