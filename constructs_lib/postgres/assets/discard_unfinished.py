"""Removes data that an interrupted first start or copy has left, which nobody would start.

Run with the configuration of Patroni, the directory of data and that of the log. Whoever makes a
cluster holds a lock, an empty system identifier, that all others wait for; it is released too.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from patroni.config import Config
from patroni.dcs import get_dcs


def discard(configuration: str, data: str, log: str) -> None:
    """Remove data that are of no use, and the lock on the first start with them."""
    store = get_dcs(Config(configuration))
    makes_the_cluster = store.get_cluster().initialize == ""
    # A copy writes it last. One that has it may hold commits.
    if makes_the_cluster or not Path(data, "global/pg_control").exists():
        print(f"{data} was never finished: it is removed", flush=True)
        for directory in (data, log):
            shutil.rmtree(directory, ignore_errors=True)
    if makes_the_cluster:
        store.cancel_initialization()


if __name__ == "__main__":
    discard(*sys.argv[1:])
