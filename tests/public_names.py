"""All public names of the library: those of its rooms, and of the package itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import constructs_lib

ROOMS = sorted(
    stub.parent.name for stub in Path(constructs_lib.__file__).parent.glob("*/__init__.pyi")
)
PUBLIC: Mapping[str, object] = {
    name: getattr(module, name)
    for module in (*(import_module(f"constructs_lib.{room}") for room in ROOMS), constructs_lib)
    for name in module.__all__
}
