"""What a Node.js process is told so that it fits its container."""

from __future__ import annotations

import math

from constructs_lib.workload.resources import Resources

_MEBIBYTE = 2**20


def node_env(resources: Resources) -> dict[str, str]:
    """Return the variables that size heap and thread pool.

    The heap may take three quarters of the memory limit, so that Node collects
    garbage before the kernel kills it; buffers and code need the rest. The
    thread pool, which does DNS, files and crypto, has four threads for each
    core that the container may use, as Node has for one
    (https://nodejs.org/api/cli.html#uv_threadpool_sizesize).
    """
    amounts = resources.amounts()
    cores = math.ceil(amounts.cpu_limit or amounts.cpu)
    heap = max(16, int(amounts.memory * 3 / 4 / _MEBIBYTE))
    return {
        "NODE_ENV": "production",
        "NODE_OPTIONS": f"--max-old-space-size={heap}",
        "UV_THREADPOOL_SIZE": str(min(4 * cores, 128)),
    }
