"""kube-state-metrics, that asks an API of what it tells."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.configuration.programs.certificate import sign
from tests.configuration.programs.golang import GoProgram
from tests.configuration.programs.kubernetes import kubeconfig, kubernetes
from tests.configuration.programs.ports import free_port

Object = Mapping[str, Any]
PROGRAM = GoProgram(
    name="kube-state-metrics", module="k8s.io/kube-state-metrics/v2", version="v2.19.1"
)
_ACCOUNT = "monitoring/kube-state-metrics"


@dataclass(frozen=True, kw_only=True, slots=True)
class StateMetrics:
    """Where it answers.

    Args:
        objects: what it tells of objects.
        itself: what it tells of itself.
    """

    objects: str
    itself: str


@contextmanager
def kube_state_metrics(
    folder: Path, arguments: Sequence[str], cluster: Sequence[Object], policy: Sequence[Object]
) -> Iterator[StateMetrics]:
    """Run it until the end of the block.

    Args:
        folder: of its files.
        arguments: its own; changed are only the ports.
        cluster: the objects that there are.
        policy: roles and bindings.
    """
    sign(folder)
    port, itself = free_port(), free_port()
    own = [argument for argument in arguments if "port=" not in argument]
    with kubernetes(folder, cluster, policy) as api:
        config = folder / "kubeconfig"
        config.write_text(kubeconfig(api, _ACCOUNT, folder))
        places = (f"--port={port}", f"--telemetry-port={itself}", f"--kubeconfig={config}")
        with (folder / "output").open("w") as output:
            process = subprocess.Popen(
                (str(PROGRAM.path()), *own, *places), stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield StateMetrics(
                objects=f"http://127.0.0.1:{port}/metrics",
                itself=f"http://127.0.0.1:{itself}/metrics",
            )
        finally:
            process.kill()
            process.wait(timeout=60)
