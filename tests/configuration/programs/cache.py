"""Where programs are kept, so that they are downloaded and built once."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "constructs_lib"


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is made on first use; what was left half-made is made anew.

    Args:
        name: of the folder; it tells the version too.
        make: fills the folder, which is there and empty.
    """
    folder = CACHE / name
    done = CACHE / f"{name}.done"
    if not done.exists():
        print(f"==> Getting {name}", file=sys.stderr, flush=True)  # noqa: T201
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        done.touch()
    return folder
