"""A pod that tells of others is not believed: Prometheus drops what it did not promise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from constructs_lib.facts.promql import metrics_asked
from tests.configuration.programs.answers import answer
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.ports import free_port

Files = Mapping[str, Mapping[str, str]]
JOB = "app/web/metrics"


def asked_by_alerts(files: Files) -> set[str]:
    """Return every metric that an alert of the platform asks for."""
    rules = (
        rule
        for name, content in files.items()
        if name.startswith("prometheus-rules-")
        for text in content.values()
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
    )
    return {metric for rule in rules if "alert" in rule for metric in metrics_asked(rule["expr"])}


@pytest.mark.mission("B67")
def test_a_web_pod_that_tells_what_every_alert_asks_for(
    system: Debian, folder: Path, files: Files
) -> None:
    told = sorted(asked_by_alerts(files))
    assert len(told) > 50
    lines = "".join(f'{name}{{namespace="app",app="postgres"}} 9999999999\n' for name in told)

    class Liar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(lines.encode())

        def log_message(self, *_: object) -> None:
            pass

    with serving(Liar) as address:
        settings: dict[str, Any] = yaml.safe_load(
            files["prometheus-configuration"]["prometheus.yml"]
        )
        (job,) = (each for each in settings["scrape_configs"] if each["job_name"] == JOB)
        del job["kubernetes_sd_configs"], job["relabel_configs"]
        labels = {"namespace": "app", "app": "web"}
        job |= {
            "static_configs": [{"targets": [address], "labels": labels}],
            "scrape_interval": "1s",
            "scrape_timeout": "1s",
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": [job]}))
        inside, web = system.inside(folder), f"127.0.0.1:{free_port()}"
        with system.running(
            "prometheus",
            f"--config.file={inside}/prometheus.yml",
            f"--storage.tsdb.path={inside}/data",
            f"--web.listen-address={web}",
        ):
            query = quote('{app=~".+"}')
            found = json.loads(answer(f"http://{web}/api/v1/query?query={query}", '"up"'))
    series = [each["metric"] for each in found["data"]["result"]]
    promised = {"http_request_duration_seconds_bucket", "http_requests_total"}
    by_scraping = {name for each in series if (name := each["__name__"]).startswith("scrape_")}
    names = {each["__name__"] for each in series} - by_scraping
    assert names & promised
    assert names <= {*promised, "up"}
    # What it may tell, it tells of itself, whatever labels it writes.
    assert {each["app"] for each in series} == {"web"}
