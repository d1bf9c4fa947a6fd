"""What importing the library takes, once what it depends on is there."""

from __future__ import annotations

import json
import sys
import time

start = time.process_time()
import cdk8s  # noqa: E402, F401
import cdk8s_plus_27.k8s  # noqa: E402, F401
import constructs  # noqa: E402, F401

between = time.process_time()
import constructs_lib  # noqa: E402

for name in dir(constructs_lib):
    getattr(constructs_lib, name)

json.dump(
    {
        "dependencies": between - start,
        "library": time.process_time() - between,
        "values": len(dir(constructs_lib)),
    },
    sys.stdout,
)
