"""The web tier of `examples/apps` shows and places orders by an API, and says how it goes."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.configuration.programs.example_apps import Running, environment, running
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.waiting import becomes

FORM = "multipart/form-data; boundary=b"


class Api(BaseHTTPRequestHandler):
    """Answers as the API does."""

    orders: ClassVar[list[dict[str, Any]]]
    pause: ClassVar[float]
    code: ClassVar[int]
    request_ids: ClassVar[list[str]]

    def do_GET(self) -> None:
        time.sleep(self.pause)
        self.request_ids.append(self.headers["X-Request-ID"])
        self._answer({"orders": self.orders})

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.orders.append({"id": "1", **order})
        self._answer(order)

    def _answer(self, value: object) -> None:
        assert self.path == "/api/orders"
        self.send_response(self.code)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


@pytest.fixture
def web(objects: Sequence[Mapping[str, Any]], tmp_path: Path) -> Iterator[Running]:
    """Give a server that runs."""
    Api.orders, Api.pause, Api.code, Api.request_ids = [], 0, 200, []
    with serving(Api) as api:
        places = {"API_URL": f"http://{api}", "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY": KEY}
        with running("web", tmp_path, environment(objects, "web"), places) as app:
            yield app


# As `openssl rand -base64 32` makes one.
KEY = "mHJd0YGmGyKNHEUrKpcIRq7MmbO3wLqfLRuJ5Eb7P3o="


def test_an_order_is_placed_without_scripts(web: Running) -> None:
    code, page = web.ask("/")
    assert code == 200
    (action,) = re.findall(r'name="(\$ACTION_ID_\w+)"', page)
    fields = {action: "", "item": "cup", "quantity": "3"}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    code, page = web.ask("/", body=f"{body}--b--\r\n".encode(), kind=FORM)
    assert code == 200
    assert Api.orders == [{"id": "1", "item": "cup", "quantity": 3}]
    assert "cup" in page


def test_what_fails_is_counted_and_logged(web: Running) -> None:
    web.ask("/", request_id="5f0c41d2")
    assert Api.request_ids == ["5f0c41d2"]
    Api.code = 503
    assert web.ask("/", request_id="5f0c41d3")[0] == 500
    assert web.ask("/nothing")[0] == 404
    for probe in ("/healthz", "/readyz"):
        assert web.ask(probe) == (200, "ok")
    assert becomes(lambda: web.metrics()["http_requests_in_flight"] == 0)
    seen = web.metrics()
    counted = {name: value for name, value in seen.items() if name.startswith("http_requests_t")}
    assert counted == {f'http_requests_total{{code="{code}"}}': 1 for code in (200, 500, 404)}
    assert seen['http_request_duration_seconds_bucket{le="1"}'] == 3
    lines = [json.loads(line) for line in web.lines()]
    assert all({"time", "level", "msg"} <= line.keys() for line in lines)
    answered = [line for line in lines if line["msg"] == "answered"]
    assert [(line["path"], line["status"]) for line in answered] == [
        ("/", 200),
        ("/", 500),
        ("/nothing", 404),
    ]
    (failure,) = (line for line in lines if "answers 503" in line["msg"])
    assert failure["level"] == "error"
    assert failure["request_id"] == answered[1]["request_id"] == "5f0c41d3"
    assert answered[0]["request_id"] == "5f0c41d2"


def test_a_request_is_answered_after_sigterm(web: Running) -> None:
    Api.pause = 3
    with ThreadPoolExecutor() as pool:
        page = pool.submit(web.ask, "/")
        assert becomes(lambda: web.metrics()["http_requests_in_flight"] == 1)
        web.process.send_signal(signal.SIGTERM)
        assert page.result()[0] == 200
    assert web.process.wait(timeout=10) == 143
