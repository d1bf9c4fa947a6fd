"""Elasticsearch takes what the job that sets it up sends."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib import Outside, Port, SecretRef
from constructs_lib.observability import LogSnapshots
from constructs_lib.observability.elk.elasticsearch_setup import setup_requests
from constructs_lib.observability.elk.exporter import (
    NAMES,
    OPTIONS,
    SNAPSHOTS_FAILED,
    SNAPSHOTS_OPTION,
)
from tests.configuration.programs.answers import answer
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.elasticsearch import PASSWORD, Elasticsearch, elasticsearch
from tests.configuration.programs.elasticsearch_exporter import answering, elasticsearch_exporter
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.observability.exposition import captured, names

Files = Mapping[str, Mapping[str, str]]
SNAPSHOTS = LogSnapshots(
    bucket="logs",
    endpoint="s3.example.com",
    secret=SecretRef(name="snapshots", keys=("access-key", "secret-key")),
    target=Outside(name="s", cidrs=("10.0.0.0/8",), ports=(Port(name="https", number=443),)),
)

USERS = (
    ("administrator", "users/administrator", "superuser"),
    ("exporter", "users/exporter", "exporter"),
    ("grafana", "reader/password", "reader"),
    ("kibana-server", "users/kibana", "kibana_system"),
    ("logstash", "users/logstash", "logstash"),
    ("views", "users/views", "views"),
)

CAPTURED = captured("elasticsearch-exporter")
OF_SNAPSHOTS = frozenset(name for name in CAPTURED if name.startswith("elasticsearch_slm_"))


def test_every_request(search: Elasticsearch, files: Files) -> None:
    sent = files["elasticsearch-set-up-requests"]
    for line in sent["requests.txt"].splitlines():
        method, path, file = line.split()
        status, answer = search.ask(method, path, json.loads(sent[file]))
        assert status == 200, (path, answer)


@pytest.mark.mission("B3")
@pytest.mark.mission("B64")
def test_its_job_gives_each_user_a_password_and_a_role(
    search: Elasticsearch, files: Files, tmp_path: Path
) -> None:
    secrets = {
        "users/set-up": PASSWORD,
        "users/administrator": "admin istrator-1",
        "users/exporter": 'ex"porter-1',
        "users/logstash": "log\\stash-1",
        "users/kibana": "$kibana-1",
        "users/views": "%view's\\\"-1",
        "reader/username": "grafana",
        "reader/password": "`reader'-1",
    }
    sent = files["elasticsearch-set-up-requests"]
    for name, text in (secrets | {f"requests/{name}": sent[name] for name in sent}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    _set_up(search, files, tmp_path)
    for name, key, role in USERS:
        password = secrets[key]
        _, who = search.ask("GET", "/_security/_authenticate", user=name, password=password)
        assert who["roles"] == [role]
    # A new revision of their Secrets is a new job.
    for _, key, _ in USERS:
        (tmp_path / key).write_text(f"{secrets[key]}, rotated")
    _set_up(search, files, tmp_path)
    for name, key, _ in USERS:
        for password, status in ((secrets[key], 401), (f"{secrets[key]}, rotated", 200)):
            asked = search.ask("GET", "/_security/_authenticate", user=name, password=password)
            assert (name, asked[0]) == (name, status)


def _set_up(search: Elasticsearch, files: Files, folder: Path) -> None:
    script = placed(
        files["elasticsearch-set-up-set-up"]["set-up.sh"],
        {"/run/secrets/": f"{folder}/", "/requests/": f"{folder}/requests/"},
    )
    ran = subprocess.run(
        ("bash", "-c", script),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "URL": search.url},
    )
    assert ran.returncode == 0, ran.stdout


def settings_of_a_member(files: Files) -> dict[str, Any]:
    """Return what the first member is told, as if it were the only one, on this machine."""
    text = files["elasticsearch-settings"]["elasticsearch.yml"]
    text = text.replace("${POD_NAME}", "elasticsearch-0").replace("${POD_IP}", "127.0.0.1")
    text = text.replace("/config/certs/", "certs/").replace("/config/members/", "certs/")
    told: dict[str, Any] = yaml.safe_load(text.replace("${NODE_NAME}", "node"))
    return told | {
        "cluster.initial_master_nodes": ["elasticsearch-0"],
        "network.host": "127.0.0.1",
        "readiness.port": free_port(),
    }


@pytest.mark.mission("B3")
def test_a_member_starts_with_its_settings(files: Files, tmp_path: Path) -> None:
    """It answers over TLS to whoever has a password, and opens the port that the kubelet asks."""
    sign(tmp_path)
    told = settings_of_a_member(files)
    with elasticsearch(told, certificate=tmp_path) as member:
        assert member.ask("GET", "/_cluster/health")[1]["cluster_name"] == "logs"
        assert member.ask("GET", "/", password="another")[0] == 401
        assert member.ask("GET", "/", user="elastic", password="")[0] == 401
        socket.create_connection(("127.0.0.1", told["readiness.port"]), timeout=10).close()


def test_a_setting_that_there_is_not_is_refused(files: Files, tmp_path: Path) -> None:
    sign(tmp_path)
    told = settings_of_a_member(files) | {"readiness.prot": 8080}
    refused = pytest.raises(RuntimeError, match=r"unknown setting \[readiness\.prot\]")
    with refused, elasticsearch(told, certificate=tmp_path):
        pass


@pytest.mark.mission("B113")
def test_snapshots_are_read(search: Elasticsearch) -> None:
    asked = setup_requests(retention_days=14, copies=2, snapshots=SNAPSHOTS)
    path, body = asked["snapshots"]
    assert body["retention"]["expire_after"] == f"{SNAPSHOTS.retention_days}d"
    assert search.ask("PUT", path, body) == (200, {"acknowledged": True})


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lifecycle", "rollover", "rolover"),
        ("settings", "number_of_replicas", "number_of_replica"),
        ("mappings", "keyword", "keywordd"),
        ("role-logstash", "create_doc", "create_docs"),
        ("snapshots", '"repository": "daily"', '"repository": ""'),
    ],
)
def test_a_typing_error_is_refused(search: Elasticsearch, name: str, old: str, new: str) -> None:
    path, body = setup_requests(retention_days=14, copies=2, snapshots=SNAPSHOTS)[name]
    text = json.dumps(body)
    assert old in text
    status, _ = search.ask("PUT", path, json.loads(text.replace(old, new)))
    assert status == 400


@pytest.mark.mission("B76")
def test_a_line_is_found_by_its_fields(search: Elasticsearch, files: Files) -> None:
    test_every_request(search, files)
    # A stream of its own: in that of others there may be no room for another field.
    stream = "logs-found-default"
    line: dict[str, Any] = {
        "@timestamp": "2026-11-22T22:10:00Z",
        "message": "cannot reach the database",
        "log": {"level": "error"},
        "service": {"name": "api"},
        "http": {"response": {"status_code": "500"}},
        "app": {"order": 17, "ms": 1204.5},
        "numbers": {"order": 17, "ms": 1204.5},
    }
    status, answer = search.ask("POST", f"/{stream}/_doc?refresh=true", line)
    assert status == 201, answer
    wanted = [{"term": {"service.name": "api"}}, {"term": {"app.order": "17"}}]
    query = {"query": {"bool": {"filter": wanted}}}
    _, found = search.ask("POST", f"/{stream}/_search", query)
    assert [hit["_source"]["message"] for hit in found["hits"]["hits"]] == [line["message"]]
    for least, count in ((500, 1), (2000, 0)):
        slow = {"query": {"range": {"numbers.ms": {"gt": least}}}}
        assert search.ask("POST", f"/{stream}/_count", slow)[1]["count"] == count


@pytest.mark.parametrize(("copies", "status"), [(1, "green"), (2, "yellow")])
def test_one_server_alone_holds_each_line_once(
    search: Elasticsearch, copies: int, status: str
) -> None:
    for path, body in setup_requests(retention_days=14, copies=copies, snapshots=None).values():
        assert search.ask("PUT", path, body)[0] == 200
    stream = f"logs-held-{copies}"
    line = {"@timestamp": "2026-11-22T22:10:00Z", "message": "here"}
    assert search.ask("POST", f"/{stream}/_doc?refresh=true", line)[0] == 201
    assert search.ask("GET", f"/_cluster/health/{stream}")[1]["status"] == status


@pytest.mark.mission("B76")
def test_services_do_not_stop_each_other_by_their_fields(
    search: Elasticsearch, files: Files
) -> None:
    test_every_request(search, files)
    for order in (17, "seventeen", {"number": 17}):
        line = {"@timestamp": "2026-11-22T22:10:00Z", "app": {"order": order}}
        assert search.ask("POST", "/logs-app-default/_doc", line)[0] == 201
    many = {f"invented{number}": "x" for number in range(2100)}
    line = {"@timestamp": "2026-11-22T22:10:00Z", **many}
    assert search.ask("POST", "/logs-app-default/_doc", line)[0] == 201


@pytest.mark.mission("B66")
@pytest.mark.usefixtures("go")
def test_the_exporter_tells_what_alerts_ask(search: Elasticsearch, files: Files) -> None:
    test_every_request(search, files)
    line = {"@timestamp": "2026-11-22T22:10:00Z", "message": "here"}
    assert search.ask("POST", "/logs-app-default/_doc?refresh=true", line)[0] == 201
    assert search.ask("POST", "/logs-refused-default/_doc?refresh=true", line)[0] == 201
    user = {"password": "only-on-loopback", "roles": ["exporter"]}
    assert search.ask("PUT", "/_security/user/exporter", user)[0] == 200
    with elasticsearch_exporter(search.url, OPTIONS, password="only-on-loopback") as url:
        text = answer(url, "^elasticsearch_cluster_health_status")
    assert set(NAMES) - names(text) == set()
    assert CAPTURED - OF_SNAPSHOTS - names(text) == set()
    counted = r'elasticsearch_index_stats_indexing_index_total\{.*index="\.ds-logs-app-'
    assert re.search(counted, text)
    counted = r'elasticsearch_indices_docs_primary\{.*index="\.ds-logs-refused-.*"\} 1$'
    assert re.search(counted, text, re.MULTILINE)


@pytest.mark.mission("B66")
@pytest.mark.usefixtures("go")
def test_the_exporter_tells_of_snapshots() -> None:
    """The Elasticsearch that can be had takes none, so what it would say is made up."""
    told = {
        "/_slm/status": {"operation_mode": "RUNNING"},
        "/_slm/stats": {
            "total_snapshots_taken": 5,
            "total_snapshots_failed": 2,
            "policy_stats": [{"policy": "daily", "snapshots_taken": 5, "snapshots_failed": 2}],
        },
    }
    with (
        answering(told) as elasticsearch,
        elasticsearch_exporter(elasticsearch, [SNAPSHOTS_OPTION]) as url,
    ):
        assert names(answer(url, f"^{SNAPSHOTS_FAILED} 2$")) >= OF_SNAPSHOTS
