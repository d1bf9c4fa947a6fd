"""The pod that tells events goes on where it was, whatever ends what it follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.waiting import becomes

# Where the script finds its token, and whom it asks.
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_API_SERVER = "https://kubernetes.default.svc"
_SCHEDULER = {
    "metadata": {"name": "api-1.17a", "namespace": "app", "resourceVersion": "4711"},
    "involvedObject": {"kind": "Pod", "namespace": "app", "name": "api-1"},
    "reason": "FailedScheduling",
    "message": "0/3 nodes are available: 3 Insufficient cpu.",
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
    "type": "Warning",
    "eventTime": "2026-11-30T20:00:00.123456Z",
    "reportingComponent": "default-scheduler",
}
_KUBELET = {
    "metadata": {"name": "node-a.17b", "namespace": "default", "resourceVersion": "4712"},
    "involvedObject": {"kind": "Node", "name": "node-a"},
    "reason": "ImageGCFailed",
    "message": "failed to remove image\n2 errors",
    "source": {"component": "kubelet", "host": "node-a"},
    "firstTimestamp": "2026-11-30T20:00:00Z",
    "lastTimestamp": "2026-11-30T20:05:00Z",
    "count": 7,
    "type": "Warning",
    "eventTime": None,
    "reportingComponent": "",
}
_GONE = {"metadata": {"resourceVersion": "4713"}}
_LATER = {
    **_SCHEDULER,
    "metadata": {"resourceVersion": "4801"},
    "reason": "Scheduled",
    "message": "Successfully assigned app/api-1 to node-b",
    "type": "Normal",
}
# What is told after each version, until the API server ends it.
_WATCHED: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "4710": [("ADDED", _SCHEDULER), ("MODIFIED", _KUBELET), ("DELETED", _GONE)],
    "4713": [("ERROR", {"kind": "Status", "code": 410, "reason": "Expired"})],
    "4800": [("ADDED", _LATER)],
    "4801": [],
}


class Events(BaseHTTPRequestHandler):
    """Answers as the API server does."""

    versions: ClassVar[Iterator[str]]
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        assert url.path == "/api/v1/events"
        assert self.headers["Authorization"] == "Bearer of its account"
        query = parse_qs(url.query)
        self.send_response(200)
        self.end_headers()
        if "watch" not in query:
            self._tell({"metadata": {"resourceVersion": next(self.versions)}, "items": []})
            return
        (version,) = query["resourceVersion"]
        self.asked.append(version)
        for kind, event in _WATCHED[version]:
            self._tell({"type": kind, "object": event})

    def _tell(self, told: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(told).encode() + b"\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def printed(system: Debian, folder: Path) -> Iterator[Path]:
    """Run the script; give the file that it prints to."""
    Events.versions, Events.asked = iter(("4710", "4800")), []
    scripts = files("constructs_lib.operations").joinpath("assets")
    inside = system.inside(folder)
    (folder / "token").write_text("of its account")
    (folder / "ca.crt").touch()
    (folder / "events.jq").write_text(scripts.joinpath("events.jq").read_text())
    with serving(Events) as address:
        text = scripts.joinpath("follow-events.sh").read_text()
        assert _ACCOUNT in text
        assert _API_SERVER in text
        program = folder / "follow-events.sh"
        program.write_text(text.replace(_ACCOUNT, inside).replace(_API_SERVER, f"http://{address}"))
        program.chmod(0o755)
        with system.running(f"{inside}/{program.name}") as log:
            yield log


def test_each_event_is_a_line_and_is_told_once(printed: Path) -> None:
    assert becomes(lambda: Events.asked.count("4801") >= 2, seconds=30), printed.read_text()
    assert Events.asked[:3] == ["4710", "4713", "4800"]
    lines = [json.loads(line) for line in printed.read_text().splitlines()]
    assert [(each["reason"], each["level"]) for each in lines] == [
        ("FailedScheduling", "warn"),
        ("ImageGCFailed", "warn"),
        ("Scheduled", "info"),
    ]
    scheduler, kubelet, _ = lines
    assert scheduler["time"] == "2026-11-30T20:00:00.123456Z"
    about = (scheduler["kind"], scheduler["namespace"], scheduler["name"])
    assert about == ("Pod", "app", "api-1")
    assert (scheduler["reporter"], kubelet["reporter"]) == ("default-scheduler", "kubelet")
    assert (kubelet["times"], kubelet["name"]) == (7, "node-a")
    assert "namespace" not in kubelet
