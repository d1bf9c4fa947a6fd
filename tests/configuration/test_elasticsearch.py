"""Elasticsearch takes what the job that sets it up sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from constructs_lib import LogSnapshots, Outside, Port, SecretRef
from constructs_lib.observability.elk.requests import requests
from tests.configuration.programs.elasticsearch import Elasticsearch

Files = Mapping[str, Mapping[str, str]]
SNAPSHOTS = LogSnapshots(
    bucket="logs",
    endpoint="s3.example.com",
    secret=SecretRef(name="snapshots", keys=("access-key", "secret-key")),
    target=Outside(name="s", cidrs=("10.0.0.0/8",), ports=(Port(name="https", number=443),)),
)


@pytest.mark.mission("B74")
@pytest.mark.mission("B76")
def test_every_request(search: Elasticsearch, files: Files) -> None:
    sent = files["elasticsearch-set-up-requests"]
    for line in sent["requests.txt"].splitlines():
        method, path, file = line.split()
        status, answer = search.ask(method, path, json.loads(sent[file]))
        assert status == 200, (path, answer)


@pytest.mark.mission("B113")
def test_snapshots_are_read(search: Elasticsearch) -> None:
    asked = requests(retention_days=14, snapshots=SNAPSHOTS)
    path, body = asked["snapshots"]
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
    path, body = requests(retention_days=14, snapshots=SNAPSHOTS)[name]
    text = json.dumps(body)
    assert old in text
    status, _ = search.ask("PUT", path, json.loads(text.replace(old, new)))
    assert status == 400


@pytest.mark.mission("B76")
def test_a_line_is_found_by_its_fields(search: Elasticsearch, files: Files) -> None:
    test_every_request(search, files)
    line: dict[str, Any] = {
        "@timestamp": "2026-11-22T22:10:00Z",
        "message": "cannot reach the database",
        "log": {"level": "error"},
        "service": {"name": "api"},
        "http": {"response": {"status_code": "500"}},
    }
    status, answer = search.ask("POST", "/logs-app-default/_doc?refresh=true", line)
    assert status == 201, answer
    query = {"query": {"bool": {"filter": [{"term": {"service.name": "api"}}]}}}
    _, found = search.ask("POST", "/logs-app-default/_search", query)
    assert [hit["_source"]["message"] for hit in found["hits"]["hits"]] == [line["message"]]
