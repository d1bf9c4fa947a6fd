"""Prometheus shows its token to kubelets, and where these can be told apart to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
import yaml
from cdk8s import App

from constructs_lib import Cluster
from constructs_lib.testing import find
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.places import placed
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes
from tests.observability.prometheus.ends import stack

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


@contextmanager
def kubelet(certificate: Path, shown: list[str]) -> Iterator[str]:
    """Answer as a kubelet does, and write down the tokens that are shown."""

    class Kubelet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers["Authorization"])
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    tls = SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate / "tls.crt", certificate / "tls.key")
    with serving(Kubelet, tls=tls) as address:
        yield address


@pytest.mark.mission("B67")
@pytest.mark.parametrize("cluster", [Cluster(), Cluster(signs_kubelets=True)])
def test_who_is_shown_the_token(
    system: Debian, folder: Path, certificate: Path, cluster: Cluster
) -> None:
    app = App()
    cluster.attach(app)
    chart, _ = stack(app)
    written = find(chart, "ConfigMap", "prometheus-configuration")["data"]["prometheus.yml"]
    (folder / "token").write_text("of-prometheus")
    (folder / "ca.crt").write_text((certificate / "ca.crt").read_text())
    other = folder / "other"
    other.mkdir()
    sign(other)
    inside, web = system.inside(folder), f"127.0.0.1:{free_port()}"
    ours: list[str] = []
    others: list[str] = []
    with kubelet(certificate, ours) as known, kubelet(other, others) as unknown:
        jobs = yaml.safe_load(placed(written, {ACCOUNT: inside}))["scrape_configs"]
        (job,) = (each for each in jobs if each["job_name"] == "kubelet")
        del job["kubernetes_sd_configs"], job["relabel_configs"]
        job |= {"scrape_interval": "1s", "scrape_timeout": "1s"}
        job["static_configs"] = [{"targets": [known, unknown]}]
        (folder / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": [job]}))
        with system.running(
            "prometheus",
            f"--config.file={inside}/prometheus.yml",
            f"--storage.tsdb.path={inside}/data",
            f"--web.listen-address={web}",
        ) as log:
            assert becomes(lambda: len(ours) > 3), log.read_text()
    assert set(ours) == {"Bearer of-prometheus"}
    assert set(others) == (set() if cluster.signs_kubelets else {"Bearer of-prometheus"})
