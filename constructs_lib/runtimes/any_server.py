"""Any server: one that is told everything, since the library does not know it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from difflib import get_close_matches

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.logs import LogFormat
from constructs_lib.pods.checks import Check, TcpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.environment import check_public
from constructs_lib.pods.lifecycle import Pause
from constructs_lib.pods.probes import UsualChecks
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rules import check_range, check_seconds, check_text
from constructs_lib.runtimes.runtime import LongerThanFront, Serving, check_keep_alive
from constructs_lib.runtimes.signals import Signals
from constructs_lib.values import Value


class AnyServer(Value):
    """A server that the library does not know.

    Its variables and arguments say the ports and times of the tier in its own words::

        AnyServer(
            pause=PauseCommand(command=("sleep", "{seconds}")),
            args=("--listen={listen}", "--shutdown-timeout={drain_seconds}s"),
        )

    ``{address}`` is the wildcard address of the cluster, ``{listen}`` the same with the port, as in
    ``0.0.0.0:8080``; ``{port}``, ``{metrics_port}``, ``{drain_seconds}`` and
    ``{keep_alive_seconds}`` are those of the tier.

    Args:
        pause: how its container waits before SIGTERM.
        signals: what it counts, and how its lines read.
        env: variables that it is told, by their names.
        args: arguments that it is started with.
        writes: the directories that it writes to, with their sizes.
        processes_per_pod: that have database connections of their own.
        threads: the connections to a database that a process has use for at once.
        has_request_threads: whether a request waits for others once so many are under way, as in
            servers with a pool of threads or processes.
        spools_uploads: whether it puts the bodies of requests into ``/tmp`` while it reads them.
        liveness: a check that it answers however busy it is.
        closes_gently: whether it closes websockets one after the other after SIGTERM.
        keep_alive_seconds: that it keeps connections which nobody uses. Give
            `LongerThanFront` to one that is told ``{keep_alive_seconds}``; None where it is not
            known.
        timeout_seconds: after which it gives up on a request; None for one that does not.

    Raises:
        ConfigurationError: a variable that looks like a secret, or a number out of range.
    """

    pause: Pause
    signals: Signals = Signals(log_format=LogFormat.PLAIN)
    env: Mapping[str, str] = field(default_factory=dict)
    args: Sequence[str] = ()
    writes: Sequence[Scratch] = ()
    processes_per_pod: int = 1
    threads: int = 10
    has_request_threads: bool = True
    spools_uploads: bool = True
    liveness: Check = TcpCheck()
    closes_gently: bool = False
    keep_alive_seconds: int | LongerThanFront | None = None
    timeout_seconds: int | None = None

    def __post_init__(self) -> None:
        check_public("AnyServer.env", self.env)
        check_range("AnyServer.processes_per_pod", self.processes_per_pod, 1, 1000)
        check_range("AnyServer.threads", self.threads, 1, 1000)
        check_keep_alive("AnyServer", self.keep_alive_seconds)
        texts = (*self.args, *self.env.values())
        for text in texts:
            check_text("AnyServer.args or env", text)
        told = any("{keep_alive_seconds}" in text for text in texts)
        if isinstance(self.keep_alive_seconds, LongerThanFront) and not told:
            reject(
                "AnyServer.keep_alive_seconds",
                self.keep_alive_seconds,
                "tell the server in args or env, as in '--keep-alive={keep_alive_seconds}'",
            )
        if self.timeout_seconds is not None:
            check_seconds("AnyServer.timeout_seconds", self.timeout_seconds)

    @property
    def checks(self) -> UsualChecks:
        """The check of liveness, for the start as well."""
        return UsualChecks(startup=self.liveness, liveness=self.liveness)

    def processes(self, resources: Resources) -> int:
        """Return the number of processes."""
        return self.processes_per_pod

    def prepared_by(self, main: Container) -> Sequence[Container]:
        """Return no init container."""
        return ()

    def spooled_requests(self, resources: Resources) -> int:
        """Return all that it works on, where it keeps uploads there."""
        return self.processes_per_pod * self.threads if self.spools_uploads else 0

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with what the server is told."""
        if self.args and container.args:
            raise ConfigurationError("Container.args", container.args, "say all in AnyServer.args")
        told = _told(serving)
        args = [_filled("AnyServer.args", word, told) for word in self.args]
        env = {
            name: _filled(f"AnyServer.env[{name!r}]", text, told) for name, text in self.env.items()
        }
        return replace(container, args=args or container.args).with_defaults(
            env=env, volumes=self.writes
        )


def _told(serving: Serving) -> Mapping[str, str | None]:
    addresses = serving.addresses
    return {
        "{address}": addresses.wildcard,
        "{listen}": addresses.with_port(addresses.wildcard, serving.port),
        "{port}": str(serving.port),
        "{metrics_port}": None if serving.metrics_port is None else str(serving.metrics_port),
        "{drain_seconds}": str(serving.drain_seconds),
        "{keep_alive_seconds}": str(serving.keep_alive_seconds),
    }


def _filled(field: str, text: str, told: Mapping[str, str | None]) -> str:
    for name, value in told.items():
        if name in text:
            if value is None:
                raise ConfigurationError(field, text, f"leave {name} out: the tier has none")
            text = text.replace(name, value)
    for left in re.findall(r"\{[a-z_]+\}", text):
        if near := get_close_matches(left, told, cutoff=0.7):
            raise ConfigurationError(field, text, f"write {near[0]} in place of {left}")
    return text
