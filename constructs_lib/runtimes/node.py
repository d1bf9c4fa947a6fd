"""Node.js: heap and thread pool for the resources of the container."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import NODE_PAUSE, Pause
from constructs_lib.pods.probes import UsualChecks
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_range
from constructs_lib.runtimes.runtime import LongerThanFront, Serving, check_keep_alive
from constructs_lib.runtimes.signals import NODE_SIGNALS, Signals
from constructs_lib.values import Value

_MEBIBYTE = 2**20
_OPTIONS = "NODE_OPTIONS"
_HEAP = re.compile(r"--max[-_]old[-_]space[-_]size(?:=|\s+)(\d+)")
# Node itself takes about 50 MiB before it has loaded anything of the application.
_BARE_MEMORY = 50 * _MEBIBYTE
_LEAST_MEMORY = 128 * _MEBIBYTE


ALIVE = HttpCheck(path="/healthz")


class NodeServer(Value):
    """A server in Node.js, told when to close connections by variables.

    It ends what it is at within ``DRAIN_SECONDS`` after SIGTERM, and keeps connections that nobody
    uses for ``KEEP_ALIVE_TIMEOUT`` milliseconds (``server.keepAliveTimeout``).

    Args:
        signals: what it counts, and how its lines read.
        threads: the connections to a database that its one process has use for at once.
        closes_gently: whether it closes websockets one after the other after SIGTERM, and not all
            at once, after which all clients come back at once.
        keep_alive_seconds: see above; longer than who is in front by default.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a number out of range.
    """

    signals: Signals = NODE_SIGNALS
    threads: int = 10
    closes_gently: bool = True
    keep_alive_seconds: int | LongerThanFront = LongerThanFront()
    pause: Pause = NODE_PAUSE

    def __post_init__(self) -> None:
        check_range("NodeServer.threads", self.threads, 1, 1000)
        check_keep_alive("NodeServer", self.keep_alive_seconds)

    @property
    def checks(self) -> UsualChecks:
        """The path of liveness: its event loop answers while requests wait for others."""
        return UsualChecks(startup=ALIVE, liveness=ALIVE)

    @property
    def has_request_threads(self) -> bool:
        """No: its event loop takes all that come."""
        return False

    @property
    def timeout_seconds(self) -> None:
        """None: it does not give up on a request."""

    def processes(self, resources: Resources) -> int:
        """Return the number of processes: one, which waits for many at once."""
        return 1

    def prepared_by(self, main: Container) -> Sequence[Container]:
        """Return no init container."""
        return ()

    def spooled_requests(self, resources: Resources) -> int:
        """None: what reads bodies in Node.js hands them on as they come."""
        return 0

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the environment of Node.js."""
        container.check_left_to("lifecycle", ["DRAIN_SECONDS"])
        container.check_left_to("NodeServer.keep_alive_seconds", ["KEEP_ALIVE_TIMEOUT"])
        return with_node(container).with_defaults(
            env={
                "DRAIN_SECONDS": str(serving.drain_seconds),
                "KEEP_ALIVE_TIMEOUT": str(1000 * serving.keep_alive_seconds),
            }
        )


def heap_option(resources: Resources) -> str:
    """Return the option of Node.js that sizes its heap.

    It may take three quarters of the memory limit, so that Node collects garbage before the
    kernel kills it; buffers and code need the rest.
    """
    memory = resources.amounts().memory
    if memory < _LEAST_MEMORY:
        raise ConfigurationError(
            "Resources.memory", resources.memory, "use at least '128Mi' for a Node.js server"
        )
    return f"--max-old-space-size={int(memory * 3 / 4 / _MEBIBYTE)}"


def _check_heap(mebibytes: int, resources: Resources) -> None:
    most = int((resources.amounts().memory - _BARE_MEMORY) / _MEBIBYTE)
    if mebibytes > most:
        reject(
            f"Container.env[{_OPTIONS!r}]",
            f"--max-old-space-size={mebibytes}",
            f"use at most {most}, or more memory than {resources.memory!r}: the kernel kills Node "
            "before it collects garbage",
        )


def memory_at_rest(resources: Resources) -> str:
    """Return what Node.js may keep once it has been busy: the heap that it has taken."""
    return str(int(resources.amounts().memory * 3 / 4) + _BARE_MEMORY)


def with_node(container: Container) -> Container:
    """Return the container with the variables that size heap and thread pool.

    Options of the container are added. The thread pool, which does DNS, files and crypto, has four
    threads for each core that the container may use, as Node has for one
    (https://nodejs.org/api/cli.html#uv_threadpool_sizesize).
    """
    amounts, own = container.resources.amounts(), container.env.get(_OPTIONS)
    if own is None:
        container.check_left_to("the heap's size in it", [_OPTIONS])
    heap = heap_option(container.resources)
    said = _HEAP.search(own or "")
    if said:
        _check_heap(int(said[1]), container.resources)
    options = own if own and said else " ".join(filter(None, (heap, own)))
    cores = math.ceil(amounts.cpu_limit or amounts.cpu)
    others = {name: text for name, text in container.env.items() if name != _OPTIONS}
    return replace(container, env=others).with_defaults(
        env={
            "NODE_ENV": "production",
            _OPTIONS: options,
            "UV_THREADPOOL_SIZE": str(min(4 * cores, 128)),
        },
        memory_at_rest=memory_at_rest(container.resources),
    )
