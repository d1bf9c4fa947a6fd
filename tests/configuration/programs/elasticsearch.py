"""Elasticsearch from Maven: its server with security, and a reader of policies on top.

The distribution that Maven has is the one that Elastic's own integration tests
run on. It has no ingest processors and no lifecycle management; a small plugin
beside this file reads lifecycle and snapshot policies with the parsers that are
in its jars.
"""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.configuration.programs.cache import kept
from tests.configuration.programs.ports import free_port

VERSION = "8.19.0"
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_PLUGIN = Path(__file__).parent / "elasticsearch_policies" / "PolicyPlugin.java"
_DESCRIPTOR = f"""\
name=policies
description=Reads lifecycle and snapshot policies
version={VERSION}
elasticsearch.version={VERSION}
java.version=17
classname=policies.PolicyPlugin
extended.plugins=x-pack-core
has.native.controller=false
"""
PASSWORD = "only-on-loopback"


@dataclass(frozen=True, kw_only=True, slots=True)
class Elasticsearch:
    """A node that runs.

    Args:
        url: where it answers.
        authority: of the certificate that it shows; None where it shows none.
    """

    url: str
    authority: Path | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401
        *,
        user: str = "set-up",
        password: str = PASSWORD,
    ) -> tuple[int, Any]:
        """Return status and answer of a request, of the superuser's by default."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": _basic(user, password)},
        )
        try:
            authority = self.authority
            trust = ssl.create_default_context(cafile=authority) if authority else None
            with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")


def missing() -> str | None:
    """Return what this machine lacks for it; None if nothing."""
    for tool in ("javac", "mvn"):
        if shutil.which(tool) is None:
            return f"{tool}, of a JDK 17 and Maven"
    return None


def installed() -> Path:
    """Return the folder of its files; it is installed on first use."""
    return kept(f"elasticsearch-{VERSION}", _install) / f"elasticsearch-{VERSION}"


@contextmanager
def elasticsearch(
    own: Mapping[str, Any] | None = None, *, certificate: Path | None = None
) -> Iterator[Elasticsearch]:
    """Run a node until the end of the block.

    Args:
        own: its settings; those of a node that is alone by default.
        certificate: the folder of what it shows.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        data = Path(folder)
        # It refuses to run as root, and nobody else may enter root's folder.
        home = data / "home"
        temporary = data / "temporary"
        temporary.mkdir()
        shutil.copytree(installed(), home)
        settings = {
            **(own or {"discovery.type": "single-node", "xpack.security.enabled": True}),
            # It gives a full disk no shards, whoever filled it.
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "http.host": "127.0.0.1",
            "http.port": port,
            "path.data": f"{data}/data",
            "path.logs": f"{data}/logs",
            "path.repo": f"{data}/repository",
            "transport.host": "127.0.0.1",
            "transport.port": free_port(),
        }
        if certificate:
            shutil.copytree(certificate, home / "config/certs")
        (home / "config/elasticsearch.yml").write_text(
            "".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())
        )
        subprocess.run(("chown", "-R", "nobody", folder), check=True)
        environment = {
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_TMPDIR": str(temporary),
            "HOME": str(temporary),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        }
        as_nobody = ("/usr/sbin/runuser", "-u", "nobody", "--preserve-environment", "--")
        subprocess.run(
            (
                *as_nobody,
                str(home / "bin/elasticsearch-users"),
                "useradd",
                "set-up",
                "-r",
                "superuser",
            ),
            check=True,
            env=environment,
            input=f"{PASSWORD}\n{PASSWORD}\n",
            text=True,
            stdout=subprocess.DEVNULL,
        )
        with (data / "output").open("w") as output:
            process = subprocess.Popen(
                (*as_nobody, str(home / "bin/elasticsearch")),
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            node = Elasticsearch(
                url=f"{'https' if certificate else 'http'}://127.0.0.1:{port}",
                authority=certificate and certificate / "ca.crt",
            )
            _wait(node, process, data / "output")
            yield node
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(node: Elasticsearch, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            status, _ = node.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=30s")
        except OSError:
            time.sleep(1)
        else:
            if status == 200:
                return
    raise RuntimeError(output.read_text()[-3000:])


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def java_home() -> Path:
    """Return the folder of the JDK."""
    javac = shutil.which("javac")
    if javac is None:
        raise LookupError("no javac")
    return Path(javac).resolve().parents[1]


def _install(folder: Path) -> None:
    repository = folder / "maven"
    subprocess.run(
        (
            *("mvn", "-B", "-q", "dependency:get", f"-Dartifact={_ARTIFACT}"),
            *("-Dtransitive=false", f"-Dmaven.repo.local={repository}"),
        ),
        check=True,
    )
    (archive,) = repository.rglob(f"elasticsearch-{VERSION}.zip")
    subprocess.run(("unzip", "-q", str(archive), "-d", str(folder)), check=True)
    shutil.rmtree(repository)
    home = folder / f"elasticsearch-{VERSION}"
    module = home / "modules" / "x-pack-policies"
    module.mkdir()
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(
            (
                *("javac", "-nowarn", "-proc:none", "-d", classes),
                *("-cp", f"{home}/lib/*:{home}/modules/x-pack-core/*", str(_PLUGIN)),
            ),
            check=True,
        )
        with zipfile.ZipFile(module / "policies.jar", "w") as jar:
            for path in sorted(Path(classes).rglob("*.class")):
                jar.write(path, path.relative_to(classes))
