"""The Prometheus adapter, between a Prometheus and who asks for custom metrics."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.error
import urllib.request
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
    name="prometheus-adapter",
    module="sigs.k8s.io/prometheus-adapter",
    version="v0.12.0",
    package="cmd/adapter",
)
CUSTOM, EXTERNAL = "custom.metrics.k8s.io", "external.metrics.k8s.io"


@dataclass(frozen=True, kw_only=True, slots=True)
class Adapter:
    """One that runs.

    Args:
        url: where it answers.
        log: what it prints to.
    """

    url: str
    log: Path

    def ask(self, account: str, path: str, group: str = CUSTOM) -> tuple[int, Any]:
        """Return status and answer of what an account (`namespace/name`) asks."""
        request = urllib.request.Request(
            f"{self.url}/apis/{group}/v1beta1{path}", headers={"Authorization": f"Bearer {account}"}
        )
        # It signs its certificate itself.
        context = ssl._create_unverified_context()  # noqa: S323, SLF001
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def prometheus_adapter(
    folder: Path,
    workload: Object,
    rules: str,
    prometheus: str,
    cluster: Sequence[Object],
    policy: Sequence[Object],
) -> Iterator[Adapter]:
    """Run it until the end of the block.

    Args:
        folder: of its files.
        workload: its Deployment; changed of its arguments are folders and addresses.
        rules: its configuration.
        prometheus: the address of a Prometheus.
        cluster: the pods that there are.
        policy: roles and bindings.
    """
    sign(folder)
    (folder / "config.yaml").write_text(rules)
    port = free_port()
    changes = {
        "--prometheus-url": prometheus,
        "--config": str(folder / "config.yaml"),
        "--cert-dir": str(folder),
        "--secure-port": str(port),
    }
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    arguments = dict(argument.split("=", 1) for argument in container["args"]) | changes
    with kubernetes(folder, [*cluster, _callers(folder)], policy) as api:
        config = folder / "kubeconfig"
        config.write_text(kubeconfig(api, "monitoring/prometheus-adapter", folder))
        for client in ("lister", "authentication", "authorization"):
            arguments[f"--{client}-kubeconfig"] = str(config)
        log = folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                (
                    str(PROGRAM.path()),
                    *(f"{name}={value}" for name, value in arguments.items()),
                    "--bind-address=127.0.0.1",
                ),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Adapter(url=f"https://127.0.0.1:{port}", log=log)
        finally:
            process.kill()
            process.wait(timeout=60)


def _callers(folder: Path) -> Object:
    """Return what it reads of who signs for callers."""
    name = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
    authority = (folder / "ca.crt").read_text()
    return {
        "kind": "ConfigMap",
        "metadata": name,
        "data": {"client-ca-file": authority, "requestheader-client-ca-file": authority},
    }
