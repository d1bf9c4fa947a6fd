"""Gunicorn: the processes and threads of a Flask pod."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.footprint import Amounts
from constructs_lib.facts.signals import LogFormat
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import PYTHON_PAUSE, Pause
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.volumes import Scratch
from constructs_lib.quantities import format_bytes, parse_bytes
from constructs_lib.rules import check_range, check_seconds
from constructs_lib.runtimes.runtime import Serving
from constructs_lib.runtimes.signals import HTTP_SIGNALS, Signals
from constructs_lib.values import Value

_MULTIPROCESS_DIRECTORY = "/run/prometheus"
_WORKER_MEMORY = parse_bytes("96Mi", "memory of a worker")

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

    def workers(self, amounts: Amounts) -> int:
        """Return the number for a container, of 96 MiB of memory each and one at least."""
        by_memory = int(amounts.memory / _WORKER_MEMORY)
        return max(1, min(int(self.count * amounts.cpu) + self.more, by_memory, _MOST_WORKERS))


class Gunicorn(Value):
    """The processes and threads of gunicorn, which the image starts without arguments.

    Args:
        workers: processes, or how they follow from the cores and the memory.
        threads: of each process. They wait for the database together.
        timeout_seconds: after which a worker that does not respond is replaced.
        max_requests: after which a worker is replaced, so that a leak does not
            grow for ever; a tenth of it at random, so that not all go at once.
        signals: what the application counts, and how its lines and those of gunicorn read.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a number out of range.
    """

    workers: int | WorkersPerCore = WorkersPerCore()
    threads: int = 4
    timeout_seconds: int = 30
    max_requests: int = 10_000
    signals: Signals = replace(HTTP_SIGNALS, log_format=LogFormat.GUNICORN)
    pause: Pause = PYTHON_PAUSE

    def __post_init__(self) -> None:
        if not isinstance(self.workers, WorkersPerCore):
            check_range("Gunicorn.workers", self.workers, 1, _MOST_WORKERS)
        check_range("Gunicorn.threads", self.threads, 1, 128)
        check_seconds("Gunicorn.timeout_seconds", self.timeout_seconds)
        check_range("Gunicorn.max_requests", self.max_requests, 10, 10_000_000)

    def processes(self, resources: Resources) -> int:
        """Return the number of worker processes for these resources."""
        amounts, chosen = resources.amounts(), self.workers
        workers = chosen if isinstance(chosen, int) else chosen.workers(amounts)
        if amounts.memory < workers * _WORKER_MEMORY:
            needed = format_bytes(workers * _WORKER_MEMORY)
            raise ConfigurationError(
                "Resources.memory", resources.memory, f"use at least '{needed}': 96Mi a worker"
            )
        return workers

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
            # Longer than nginx keeps idle connections, so that it never uses one that just closed.
            "keep-alive": 75,
            # The heartbeat of the workers must not wait for a disk.
            "worker-tmp-dir": "/dev/shm",  # noqa: S108
            "max-requests": self.max_requests,
            "max-requests-jitter": self.max_requests // 10,
            # Network policies let only known callers in, and those set the header.
            "forwarded-allow-ips": "*",
        }
        container.check_left_to("gunicorn", ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY"))
        return container.with_defaults(
            env={
                "GUNICORN_CMD_ARGS": " ".join(
                    f"--{key}={value}" for key, value in arguments.items()
                ),
                "WEB_CONCURRENCY": str(processes),
                "PROMETHEUS_MULTIPROC_DIR": _MULTIPROCESS_DIRECTORY,
                "PYTHONUNBUFFERED": "1",
            },
            volumes=[Scratch(mount_path=_MULTIPROCESS_DIRECTORY, size="32Mi")],
        )
