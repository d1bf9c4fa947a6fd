"""A Valkey that runs with what a construct writes for it, its exporter, and a client."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from cdk8s import App, Chart

from constructs_lib.testing import find
from constructs_lib.valkey.server import ValkeyServer
from tests.configuration.programs.certificate import sign
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.mounted import secrets, written
from tests.configuration.programs.ports import free_port
from tests.configuration.programs.waiting import becomes

# That of the pod.
USER = "10001"
PASSWORD = "s3cret of \\ clients' \"own"
MONITOR = "s3cret-of-the-exporter"


class Client:
    """A connection to a Valkey; commands are words with blanks between, as in a terminal."""

    def __init__(self, port: int, tls: Path) -> None:
        context = ssl.create_default_context(cafile=str(tls / "ca.crt"))
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._connection = context.wrap_socket(plain, server_hostname="localhost")
        self._answers = self._connection.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._answers.close()
        self._connection.close()

    def ask(self, *words: str) -> str:
        """Return the first line of the answer, or the text if it is one.

        Raises:
            ConnectionError: the server is gone.
        """
        parts = [word.encode() for word in words]
        sent = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._connection.sendall(b"*%d\r\n%s" % (len(parts), sent))
        line = self._answers.readline().decode().rstrip("\r\n")
        if not line:
            raise ConnectionError
        if line.startswith("$") and line != "$-1":
            return self._answers.read(int(line[1:]) + 2).decode().removesuffix("\r\n")
        return line


class Valkey:
    """A Valkey of a construct, in a folder of the test.

    Args:
        system: where it runs.
        folder: of its files.
        tls: with its certificate.
        made: the construct.
        chart: that it is in.
        password: of its clients.
    """

    def __init__(
        self,
        system: Debian,
        folder: Path,
        tls: Path,
        made: ValkeyServer,
        chart: Chart,
        password: str,
    ) -> None:
        self._system, self._folder, self.tls = system, folder, tls
        self.port, self._metrics = free_port(), free_port()
        self.promised = {name for each in made.facts.metrics for name in each.names}
        name = made.node.id
        files = find(chart, "ConfigMap", f"{name}-settings")["data"]
        pod = find(chart, "StatefulSet", name)["spec"]["template"]["spec"]
        self._server, self._exporter = pod["containers"]
        inside = system.inside(folder)
        self._password = password
        self.give({"password": password})
        secrets(folder, "monitor", password=MONITOR)
        self._places = {"/run/secrets/certificate": system.inside(tls), "6379": str(self.port)}
        settings = files["valkey.conf"].replace("dir /data", f"dir {inside}")
        # So that no test waits for a minute.
        often = {"tls-auto-reload-interval 60": "tls-auto-reload-interval 1"}
        written(folder / "valkey.conf", settings, {**self._places, **often})
        of_the_test = {"/settings": inside, "/run/secrets": inside}
        written(folder / "start.sh", files["start.sh"], of_the_test)
        written(
            folder / "answers.sh",
            files["answers.sh"],
            {**self._places, "/run/secrets/monitor": f"{inside}/monitor"},
        )

    def give(self, keys: Mapping[str, str]) -> None:
        """Write keys of the Secret of its clients, which it reads when it starts."""
        secrets(self._folder, "client", **keys)

    @contextmanager
    def running(self) -> Iterator[Path]:
        """Run it until the end of the block, when it is killed; yield what it prints."""
        inside = self._system.inside(self._folder)
        with self._system.running(f"{inside}/start.sh", user=USER) as log:
            assert becomes(self.answers), log.read_text()
            yield log

    def answers(self) -> bool:
        """Tell whether its probes would say that it is ready."""
        probe = f"{self._system.inside(self._folder)}/answers.sh"
        return self._system.run(probe, user=USER).returncode == 0

    @contextmanager
    def client(self, *login: str) -> Iterator[Client]:
        """Connect to it, with the password of its clients or another one."""
        with Client(self.port, self.tls) as connection:
            answer = connection.ask("AUTH", *(login or (self._password,)))
            if answer != "+OK":
                raise PermissionError(answer)
            yield connection

    @contextmanager
    def exporter(self) -> Iterator[tuple[str, Path]]:
        """Run its exporter until the end of the block; yield where it tells, and its log."""
        arguments = [
            _replaced(each, {**self._places, "9121": str(self._metrics)})
            for each in self._exporter["args"]
        ]
        env = {each["name"]: MONITOR for each in self._exporter["env"]}
        with self._system.running("prometheus-redis-exporter", *arguments, env=env) as log:
            yield f"http://127.0.0.1:{self._metrics}/metrics", log


def _replaced(text: str, places: Mapping[str, str]) -> str:
    for old, new in places.items():
        text = text.replace(old, new)
    return text


@contextmanager
def valkey(
    system: Debian,
    kind: type[ValkeyServer],
    *,
    password: str = PASSWORD,
    **arguments: Any,  # noqa: ANN401
) -> Iterator[Valkey]:
    """Give a Valkey with a certificate, which does not run yet."""
    with system.folder() as folder:
        tls = folder / "tls"
        tls.mkdir()
        sign(tls)
        (tls / "tls.key").chmod(0o644)
        chart = Chart(App(), "valkey", namespace="app")
        yield Valkey(system, folder, tls, kind(chart, "valkey", **arguments), chart, password)
