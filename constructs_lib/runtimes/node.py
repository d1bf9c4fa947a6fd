"""Node.js: heap and thread pool for the resources of the container."""

from __future__ import annotations

import math

from constructs_lib.errors import ConfigurationError
from constructs_lib.pods.resources import Resources

_MEBIBYTE = 2**20
# Node itself takes about 50 MiB before it has loaded anything of the application.
_LEAST_MEMORY = 128 * _MEBIBYTE


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
