"""What gunicorn does around the application; the rest it is told by GUNICORN_CMD_ARGS."""

from __future__ import annotations

import itertools
import os
import socket
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import CollectorRegistry, multiprocess, start_http_server, values

wsgi_app = "app:app"
# It would be a file at a place that cannot be written to, and nobody asks it.
control_socket_disable = True


def on_starting(server: Arbiter) -> None:
    """Remove what a container that was restarted left of its metrics."""
    for path in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"):
        path.unlink()


def when_ready(server: Arbiter) -> None:
    """Expose the metrics of all workers."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    start_http_server(
        int(os.environ["METRICS_PORT"]),
        addr="::" if socket.has_dualstack_ipv6() else "0.0.0.0",  # noqa: S104
        registry=registry,
    )


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give a worker the number of one that is gone."""
    taken = {each.number for each in server.WORKERS.values()}
    worker.number = next(number for number in itertools.count() if number not in taken)


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Let a worker go on with the metrics of its number; files of each process would pile up."""
    values.ValueClass = values.MultiProcessValue(lambda: worker.number)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Forget what a worker was at."""
    multiprocess.mark_process_dead(worker.number)
