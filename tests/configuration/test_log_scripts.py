"""The scripts around the servers of logs do what they say, with the real programs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cdk8s import App

from constructs_lib import Logs, Resources, SecretRef
from constructs_lib.testing import find
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.elasticsearch import installed, java_home
from tests.configuration.programs.loopback import serving
from tests.configuration.programs.object_store import object_store
from tests.configuration.programs.process_list import process_list
from tests.configuration.programs.waiting import becomes
from tests.observability.prometheus.ends import FAST, stack
from tests.observability.prometheus.others import SNAPSHOTS

Files = Mapping[str, Mapping[str, str]]
PLACES = re.compile(r"(?<!\w)/(config|run/secrets|settings|usr/share|views)\b")
ASKS = """\
public class Asks {
    public static void main(String[] words) throws Exception {
        var asked = (java.net.HttpURLConnection) new java.net.URL(words[0]).openConnection();
        System.out.println(asked.getResponseCode());
    }
}
"""
ANSWERS = {200: b'{"success": true}', 400: b"Invalid file extension"}


def run(script: str, root: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script whose places are below a folder."""
    return subprocess.run(
        ("bash", "-c", PLACES.sub(rf"{root}/\1", script)),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **env},
    )


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.mission("B3")
@pytest.mark.usefixtures("java")
def test_elasticsearch_has_its_settings_and_its_keys(files: Files, tmp_path: Path) -> None:
    home, own = tmp_path / "usr/share/elasticsearch", tmp_path / "config"
    shutil.copytree(installed(), home)
    own.mkdir()
    write(tmp_path / "settings", files["elasticsearch-settings"])
    names = ("users/set-up", "snapshots/access-key", "snapshots/secret-key")
    keys = {name: f"s3cret of {name}" for name in names}
    write(tmp_path / "run/secrets", keys)
    env = {"ES_JAVA_HOME": str(java_home()), "PATH": f"{home}/bin:{os.environ['PATH']}"}
    script = files["elasticsearch-settings"]["prepare-elasticsearch.sh"]
    # A pod that begins anew finds what it left.
    for _ in range(2):
        with process_list() as seen:
            done = run(script, tmp_path, **env)
        assert done.returncode == 0, done.stdout
        assert seen.telling("s3cret") == set()
        assert [each for each in seen.commands if "useradd set-up" in each]
    told = files["elasticsearch-settings"]["elasticsearch.yml"]
    assert (own / "elasticsearch.yml").read_text() == told
    (home / "data/indices/some").mkdir(parents=True)
    assert run(script, tmp_path, **env).returncode == 0
    # It held copies of a cluster, and begins no other.
    lines = told.splitlines()
    assert [line for line in lines if line.startswith("cluster.initial_master_nodes")]
    assert (own / "elasticsearch.yml").read_text().splitlines() == [
        line for line in lines if not line.startswith("cluster.initial_master_nodes")
    ]
    assert (own / "jvm.options").read_text() == (home / "config/jvm.options").read_text()
    of_the_server = {"NODE_NAME": "node", "POD_IP": "127.0.0.1", "POD_NAME": "elasticsearch-0"}
    env |= of_the_server | {"ES_PATH_CONF": str(own)}
    kept = run("elasticsearch-keystore list", tmp_path, **env)
    assert set(kept.stdout.split()) == {
        "keystore.seed",
        "s3.client.default.access_key",
        "s3.client.default.secret_key",
    }
    assert (own / "users_roles").read_text() == "superuser:set-up\n"
    user, _, hashed = (own / "users").read_text().strip().partition(":")
    assert user == "set-up"
    assert "s3cret" not in hashed


@pytest.mark.mission("B113")
@pytest.mark.usefixtures("go", "java")
@pytest.mark.parametrize(("given", "said"), [(2, "200"), (1, "SSLHandshakeException: PKIX path")])
def test_elasticsearch_trusts_the_authority_of_its_store(
    app: App, tmp_path: Path, given: int, said: str
) -> None:
    """By the options of the server, Java reads a store whose authority is the last of a file."""
    keys = ("access-key", "ca.crt", "secret-key")
    snapshots = replace(SNAPSHOTS, secret=SecretRef(name="log-snapshots", keys=keys))
    resources = Resources(memory="1Gi", ephemeral_storage="1Gi")
    chart, _ = stack(app, logs=Logs(storage=FAST, resources=resources, snapshots=snapshots))
    files = find(chart, "ConfigMap", "elasticsearch-settings")["data"]
    (server,) = find(chart, "StatefulSet", "elasticsearch")["spec"]["template"]["spec"][
        "containers"
    ]
    (options,) = [each["value"] for each in server["env"] if each["name"] == "ES_JAVA_OPTS"]
    for name in ("another", "store"):
        (tmp_path / name).mkdir()
        sign(tmp_path / name)
    authorities = [(tmp_path / name / "ca.crt").read_text() for name in ("another", "store")]
    home = tmp_path / "usr/share/elasticsearch"
    shutil.copytree(installed(), home)
    (tmp_path / "config").mkdir()
    write(tmp_path / "settings", files)
    told = {f"snapshots/{key}": key for key in keys} | {"users/set-up": "s3cret"}
    told["snapshots/ca.crt"] = "# Of the house\n" + "".join(authorities[:given]).strip()
    write(tmp_path / "run/secrets", told)
    env = {"ES_JAVA_HOME": str(java_home()), "PATH": f"{home}/bin:{os.environ['PATH']}"}
    # A pod that begins anew finds what it left.
    for _ in range(2):
        done = run(files["prepare-elasticsearch.sh"], tmp_path, **env)
        assert done.returncode == 0, done.stdout
    (tmp_path / "Asks.java").write_text(ASKS)
    with object_store(tmp_path / "kept", tmp_path / "store") as store:
        asked = run(
            f"java {options} {tmp_path}/Asks.java https://localhost:{store.port}/health", tmp_path
        )
    assert said in asked.stdout.splitlines()[0]


@pytest.mark.usefixtures("java")
def test_an_authority_that_is_none_stops_the_start(files: Files, tmp_path: Path) -> None:
    home = tmp_path / "usr/share/elasticsearch"
    shutil.copytree(installed(), home)
    (tmp_path / "config").mkdir()
    names = ("users/set-up", "snapshots/access-key", "snapshots/secret-key", "snapshots/ca.crt")
    write(tmp_path / "run/secrets", dict.fromkeys(names, "s3cret"))
    write(tmp_path / "settings", files["elasticsearch-settings"])
    env = {"ES_JAVA_HOME": str(java_home()), "PATH": f"{home}/bin:{os.environ['PATH']}"}
    done = run(files["elasticsearch-settings"]["prepare-elasticsearch.sh"], tmp_path, **env)
    assert done.returncode == 1, done.stdout
    assert "no certificate in ca.crt" in done.stdout


def test_logstash_has_its_settings_over_those_of_the_image(files: Files, tmp_path: Path) -> None:
    image = {"logstash.yml": "of the image", "log4j2.properties": "of the image"}
    write(tmp_path / "usr/share/logstash/config", image)
    write(tmp_path / "settings", files["logstash-settings"])
    (tmp_path / "config").mkdir()
    done = run(files["logstash-settings"]["prepare-logstash.sh"], tmp_path)
    assert done.returncode == 0, done.stdout
    told = {path.name: path.read_text() for path in (tmp_path / "config").iterdir()}
    ours = {name: files["logstash-settings"][name] for name in ("logstash.yml", "pipelines.yml")}
    assert told == image | ours


@pytest.mark.mission("B64")
def test_kibana_is_told_of_a_renewed_certificate(files: Files, tmp_path: Path) -> None:
    """The program cannot be had; in its place is one that shows what it read when it was told."""
    certificate, shown = tmp_path / "run/secrets/tls", tmp_path / "shown"
    write(certificate, {"tls.crt": "first", "tls.key": "key of the first"})
    server = tmp_path / "usr/share/kibana/bin/kibana"
    # A shell could not trap what whoever runs the tests ignores, such as nohup.
    program = f"""#!{sys.executable}
import shutil, signal, time
def show(*_):
    shutil.copy({str(certificate / "tls.crt")!r}, {str(shown)!r})
signal.signal(signal.SIGHUP, show)
show()
while True:
    time.sleep(0.1)
"""
    write(server.parent, {server.name: program})
    server.chmod(0o755)
    script = files["kibana-settings"]["start-kibana.sh"].replace("sleep 10", "sleep 1")
    started = subprocess.Popen(
        ("bash", "-c", PLACES.sub(rf"{tmp_path}/\1", script)), start_new_session=True
    )
    try:
        assert becomes(lambda: shown.exists() and shown.read_text() == "first")
        write(certificate, {"tls.crt": "second", "tls.key": "key of the second"})
        assert becomes(lambda: shown.read_text() == "second")
        assert started.poll() is None
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@pytest.mark.mission("B77")
@pytest.mark.parametrize("status", ANSWERS)
def test_kibana_is_sent_the_views(files: Files, tmp_path: Path, status: int) -> None:
    asked: list[tuple[str, str, str, str]] = []

    class Kibana(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = (self.headers["kbn-xsrf"], self.headers["Authorization"])
            asked.append((self.path, *headers, body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(ANSWERS[status])

        def log_message(self, *_: object) -> None:
            pass

    write(tmp_path / "views", files["kibana-views-views"])
    write(tmp_path / "run/secrets", {"users/views": "p", "kibana/ca.crt": ""})
    script = files["kibana-views-views"]["import-views.sh"].replace("--retry 60", "--retry 0")
    with serving(Kibana) as address:
        done = run(script, tmp_path, URL=f"http://{address}")
    assert (done.returncode == 0) == (status == 200)
    assert ANSWERS[status].decode() in done.stdout
    ((path, protection, login, body),) = asked
    assert path == "/api/saved_objects/_import?overwrite=true"
    assert (protection, login) == ("true", "Basic dmlld3M6cA==")
    assert 'name="file"; filename="views.ndjson"' in body
    assert files["kibana-views-views"]["views.ndjson"] in body.replace("\r\n", "\n")
