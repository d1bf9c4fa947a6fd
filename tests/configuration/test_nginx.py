"""nginx, told what the page about the controller says, numbers requests and tells of them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from constructs_lib.facts import LogFormat, log_patterns
from constructs_lib.observability.elk.parsing import whole
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.documentation.pages import ROOT, blocks
from tests.observability.elk.grok import matched, read

PAGE = ROOT / "docs/how-to/set-up-the-ingress-controller.md"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
# As the template of the controller has them:
# https://github.com/nginx/kubernetes-ingress/tree/main/internal/configs/version1
CONFIGURATION = """
error_log stderr;
pid {folder}/pid;
events {{}}
http {{
  log_format main escape={escaping} '{form}';
  access_log /dev/stdout main;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      {snippets}
      proxy_pass http://{upstream};
    }}
    location /away {{
      proxy_pass http://127.0.0.1:1;
    }}
  }}
}}
"""


class Upstream(BaseHTTPRequestHandler):
    """Keeps what it is asked with."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["X-Request-ID"])
        self.send_response(204)
        self.end_headers()


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Return the ConfigMap of the page."""
    maps = [yaml.safe_load(text) for text in blocks("yaml", PAGE)]
    (data,) = (each["data"] for each in maps if "log-format" in each["data"])
    found: dict[str, Any] = data
    return found


@pytest.fixture
def printed(system: Debian, told: dict[str, Any]) -> Iterator[tuple[int, Path]]:
    """Run nginx; give its port, and the file that it prints to."""
    port = free_port()
    with serving(Upstream) as upstream, system.folder() as folder:
        (folder / "nginx.conf").write_text(
            CONFIGURATION.format(
                folder=system.inside(folder),
                escaping=told["log-format-escaping"],
                form=told["log-format"],
                snippets=told["location-snippets"],
                port=port,
                upstream=upstream,
            )
        )
        command = ("nginx", "-c", f"{system.inside(folder)}/nginx.conf", "-g", "daemon off;")
        with system.running(*command) as log:
            assert becomes(lambda: ask(port, "/ready") == 204), log.read_text()
            yield port, log


def ask(port: int, path: str) -> int:
    headers = {"X-Request-ID": "chosen-outside", "User-Agent": 'a "b"', "traceparent": TRACEPARENT}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.mark.mission("B126")
def test_each_request_has_a_line_and_an_id(printed: tuple[int, Path]) -> None:
    port, log = printed
    assert ask(port, '/orders?x="y"') == 204
    assert ask(port, "/away") == 502
    lines = log.read_text().splitlines()
    requests = [json.loads(line) for line in lines if line.startswith("{")]
    (order,) = (each for each in requests if each["path"].startswith("/orders"))
    assert (order["method"], order["status"]) == ("GET", 204)
    assert order["request_id"] == Upstream.asked[-1]
    assert len(order["request_id"]) == 32
    assert matched(whole(log_patterns.TRACEPARENT), order["traceparent"]) == {
        "[trace][id]": "0af7651916cd43dd8448eb211c80319c"
    }
    (failure,) = (line for line in lines if "[error]" in line)
    fields = read(LogFormat.NGINX, failure)
    assert fields is not None
    assert fields["[log][level]"] == "error"
    assert fields["[text]"].startswith("connect() failed")
