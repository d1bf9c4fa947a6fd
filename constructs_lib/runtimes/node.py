"""Node.js: heap and thread pool for the resources of the container."""

from __future__ import annotations

import math

from constructs_lib.errors import ConfigurationError
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import NODE_PAUSE, Pause
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_range
from constructs_lib.runtimes.runtime import Serving
from constructs_lib.runtimes.signals import HTTP_SIGNALS, Signals
from constructs_lib.values import Value

_MEBIBYTE = 2**20
# Node itself takes about 50 MiB before it has loaded anything of the application.
_LEAST_MEMORY = 128 * _MEBIBYTE


class NodeServer(Value):
    """A server in Node.js, which drains for ``DRAIN_SECONDS`` after SIGTERM.

    Args:
        signals: what it counts, and how its lines read.
        threads: the connections to a database that its one process has use for at once.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a number out of range.
    """

    signals: Signals = HTTP_SIGNALS
    threads: int = 10
    pause: Pause = NODE_PAUSE

    def __post_init__(self) -> None:
        check_range("NodeServer.threads", self.threads, 1, 1000)

    @property
    def timeout_seconds(self) -> None:
        """None: it does not give up on a request."""

    def processes(self, resources: Resources) -> int:
        """Return the number of processes: one, which waits for many at once."""
        return 1

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the environment of Node.js."""
        container.check_left_to("lifecycle", ["DRAIN_SECONDS"])
        return container.with_defaults(
            env={"DRAIN_SECONDS": str(serving.drain_seconds), **node_env(container.resources)}
        )


def node_options(resources: Resources) -> str:
    """Return the options of Node.js that size its heap.

    It may take three quarters of the memory limit, so that Node collects garbage
    before the kernel kills it; buffers and code need the rest.
    """
    memory = resources.amounts().memory
    if memory < _LEAST_MEMORY:
        raise ConfigurationError(
            "Resources.memory", resources.memory, "use at least '128Mi' for a Node.js server"
        )
    return f"--max-old-space-size={int(memory * 3 / 4 / _MEBIBYTE)}"


def node_env(resources: Resources) -> dict[str, str]:
    """Return the variables that size heap and thread pool.

    The thread pool, which does DNS, files and crypto, has four threads for each
    core that the container may use, as Node has for one
    (https://nodejs.org/api/cli.html#uv_threadpool_sizesize).
    """
    amounts = resources.amounts()
    cores = math.ceil(amounts.cpu_limit or amounts.cpu)
    return {
        "NODE_ENV": "production",
        "NODE_OPTIONS": node_options(resources),
        "UV_THREADPOOL_SIZE": str(min(4 * cores, 128)),
    }
