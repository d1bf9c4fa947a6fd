"""Gunicorn: the processes and threads of a Flask pod."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.footprint import Amounts
from constructs_lib.facts.log_patterns import GUNICORN_ACCESS
from constructs_lib.facts.logs import LogFormat
from constructs_lib.pods.checks import TcpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import PYTHON_PAUSE, Pause
from constructs_lib.pods.probes import UsualChecks
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.volumes import Scratch
from constructs_lib.quantities import format_bytes, parse_bytes
from constructs_lib.rules import check_range, check_seconds, check_text
from constructs_lib.runtimes.node import ALIVE
from constructs_lib.runtimes.runtime import LongerThanFront, Serving, check_keep_alive
from constructs_lib.runtimes.signals import HTTP_SIGNALS, Signals
from constructs_lib.values import Value

_MULTIPROCESS_DIRECTORY = "/run/prometheus"
_MOST_WORKERS = 64


class WorkersPerCore(Value):
    """As many workers as the cores can use and the memory holds.

    By default as gunicorn advises:
    https://docs.gunicorn.org/en/stable/design.html#how-many-workers

    Args:
        count: for each requested core.
        more: in addition, whatever the cores.

    Raises:
        ConfigurationError: a number out of range.
    """

    count: int = 2
    more: int = 1

    def __post_init__(self) -> None:
        check_range("WorkersPerCore.count", self.count, 1, _MOST_WORKERS)
        check_range("WorkersPerCore.more", self.more, 0, _MOST_WORKERS)

    def workers(self, amounts: Amounts, memory: Decimal) -> int:
        """Return the number for a container, one at least.

        Args:
            amounts: of the container.
            memory: of a worker.
        """
        by_memory = int(amounts.memory / memory)
        return max(1, min(int(self.count * amounts.cpu) + self.more, by_memory, _MOST_WORKERS))


class Gunicorn(Value):
    """The processes and threads of gunicorn, which the image starts without arguments.

    Args:
        workers: processes, or how they follow from the cores and the memory.
        threads: of each process. They wait for the database together.
        timeout_seconds: after which a worker that does not respond is replaced. More than a
            failover of the database, through which its poolers let clients wait.
        worker_memory: that a worker takes; 280 MB were measured with a large Flask application.
        max_requests: after which a worker is replaced, so that a leak does not grow for ever; a
            tenth of it at random, so that not all go at once. None for never. It takes two
            workers, since one that goes first ends what it is at, and `reuses_metric_files`.
        reuses_metric_files: whether a new worker goes on with the files of an old one in
            ``PROMETHEUS_MULTIPROC_DIR``, as in ``examples/apps/api/gunicorn.conf.py``. Otherwise
            each replaced worker leaves some 50 to 130 kB there for ever, until the pod is evicted.
        access_log: whether it writes a line of each request, with the header ``X-Request-ID``; not
            where the application does so itself.
        arguments: further ones, such as ``("--preload",)``.
        keep_alive_seconds: that it keeps connections which nobody uses; longer than who is in front
            by default.
        signals: what the application counts, and how its lines and those of gunicorn read.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a number out of range.
    """

    workers: int | WorkersPerCore = WorkersPerCore()
    threads: int = 4
    timeout_seconds: int = 50
    worker_memory: str = "288Mi"
    max_requests: int | None = None
    reuses_metric_files: bool = False
    access_log: bool = True
    arguments: Sequence[str] = ()
    keep_alive_seconds: int | LongerThanFront = LongerThanFront()
    signals: Signals = replace(HTTP_SIGNALS, log_format=LogFormat.PYTHON)
    pause: Pause = PYTHON_PAUSE

    def __post_init__(self) -> None:
        if not isinstance(self.workers, WorkersPerCore):
            check_range("Gunicorn.workers", self.workers, 1, _MOST_WORKERS)
        check_range("Gunicorn.threads", self.threads, 1, 128)
        check_seconds("Gunicorn.timeout_seconds", self.timeout_seconds)
        check_keep_alive("Gunicorn", self.keep_alive_seconds)
        parse_bytes(self.worker_memory, "Gunicorn.worker_memory")
        for argument in self.arguments:
            check_text("Gunicorn.arguments", argument)
            if not argument.startswith("--") or " " in argument.partition("=")[0]:
                raise ConfigurationError(
                    "Gunicorn.arguments", argument, "write each as '--name' or '--name=value'"
                )
        if self.max_requests is not None:
            check_range("Gunicorn.max_requests", self.max_requests, 10, 10_000_000)
            if not self.reuses_metric_files:
                raise ConfigurationError(
                    "Gunicorn.max_requests",
                    self.max_requests,
                    "let new workers go on with the metric files of old ones, and say "
                    "reuses_metric_files=True; each would leave its own for ever",
                )

    @property
    def checks(self) -> UsualChecks:
        """A path once it has started, and then whether the socket is open.

        Who waits for a thread says nothing of the process: gunicorn itself replaces a worker that
        is stuck.
        """
        return UsualChecks(startup=ALIVE, liveness=TcpCheck())

    @property
    def has_request_threads(self) -> bool:
        """Yes: so many as there are threads."""
        return True

    @property
    def closes_gently(self) -> bool:
        """No: it has no connections that stay."""
        return False

    def processes(self, resources: Resources) -> int:
        """Return the number of worker processes for these resources."""
        amounts, chosen = resources.amounts(), self.workers
        memory = parse_bytes(self.worker_memory, "Gunicorn.worker_memory")
        workers = chosen if isinstance(chosen, int) else chosen.workers(amounts, memory)
        if amounts.memory < workers * memory:
            raise ConfigurationError(
                "Resources.memory",
                resources.memory,
                f"use at least '{format_bytes(workers * memory)}', {self.worker_memory} a worker, "
                "or say in Gunicorn.worker_memory that one takes less",
            )
        if workers == 1 and self.max_requests is not None:
            raise ConfigurationError(
                "Gunicorn.max_requests",
                self.max_requests,
                "use two workers, or None: nobody answers while the only one is replaced",
            )
        return workers

    def prepared_by(self, main: Container) -> Sequence[Container]:
        """Return no init container."""
        return ()

    def spooled_requests(self, resources: Resources) -> int:
        """Return all that it works on: Flask puts each upload of more than 500 kB there."""
        return self.processes(resources) * self.threads

    @property
    def _recycling(self) -> dict[str, int]:
        most = self.max_requests
        return {} if most is None else {"max-requests": most, "max-requests-jitter": most // 10}

    @property
    def _access(self) -> dict[str, str]:
        written = {"access-logfile": "-", "access-logformat": shlex.quote(GUNICORN_ACCESS)}
        return written if self.access_log else {}

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the environment of gunicorn."""
        addresses = serving.addresses
        processes = self.processes(container.resources)
        arguments = {
            "bind": addresses.with_port(addresses.wildcard, serving.port),
            "workers": processes,
            "worker-class": "gthread",
            "threads": self.threads,
            "timeout": self.timeout_seconds,
            "graceful-timeout": serving.drain_seconds,
            "keep-alive": serving.keep_alive_seconds,
            # The heartbeat of the workers must not wait for a disk.
            "worker-tmp-dir": "/dev/shm",  # noqa: S108
            **self._recycling,
            **self._access,
            # Network policies let only known callers in, and those set the header.
            "forwarded-allow-ips": "*",
        }
        for argument in self.arguments:
            if argument.partition("=")[0].removeprefix("--") in (*arguments, "max-requests"):
                raise ConfigurationError(
                    "Gunicorn.arguments",
                    argument,
                    "say it in a field of Gunicorn or of the tier; AnyServer(…), which is told "
                    "everything, runs gunicorn in another way",
                )
        container.check_left_to("Gunicorn.arguments", ["GUNICORN_CMD_ARGS"])
        container.check_left_to("Gunicorn.workers", ["WEB_CONCURRENCY"])
        directory = container.env.get("PROMETHEUS_MULTIPROC_DIR", _MULTIPROCESS_DIRECTORY)
        return container.with_defaults(
            env={
                "GUNICORN_CMD_ARGS": " ".join(
                    (
                        *(f"--{key}={value}" for key, value in arguments.items()),
                        *map(shlex.quote, self.arguments),
                    )
                ),
                "WEB_CONCURRENCY": str(processes),
                "PROMETHEUS_MULTIPROC_DIR": directory,
                "PYTHONUNBUFFERED": "1",
            },
            volumes=[Scratch(mount_path=directory, size="32Mi")],
            memory_at_rest=format_bytes(
                processes * parse_bytes(self.worker_memory, "Gunicorn.worker_memory")
            ),
        )
