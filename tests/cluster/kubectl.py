"""The cluster of KUBECONFIG, through kubectl: what a person who runs the pages has as well."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

ZONE = "topology.kubernetes.io/zone"

Object = dict[str, Any]
T = TypeVar("T")


class KubectlError(Exception):
    """A command that failed, with what it said."""


def kubectl(*words: str, given: str | None = None, patience: float = 120) -> str:
    """Run kubectl and return what it prints.

    Args:
        words: its arguments.
        given: what it reads.
        patience: seconds after which it is given up.

    Raises:
        KubectlError: it failed.
    """
    done = run(*words, given=given, patience=patience)
    if done.returncode != 0:
        raise KubectlError(f"kubectl {' '.join(words)}: {done.stderr}{done.stdout}")
    return done.stdout


def run(
    *words: str, given: str | None = None, patience: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run kubectl, whether it fails or not."""
    command = ["kubectl", *words]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=patience
    )


def objects(*words: str) -> list[Object]:
    """Return what `kubectl get` finds."""
    found: Object = json.loads(kubectl("get", *words, "-o", "json"))
    return found["items"] if found["kind"] == "List" else [found]


def until(ask: Callable[[], T], what: str, *, patience: float = 120, pause: float = 1) -> T:
    """Ask again and again until the answer is true, and return it.

    A command that fails is asked again too: the cluster is disturbed on purpose.

    Raises:
        TimeoutError: it did not become true within these seconds; the message has the last answer.
    """
    deadline = time.monotonic() + patience
    last: object = None
    while time.monotonic() < deadline:
        try:
            if answer := ask():
                return answer
            last = answer
        except (KubectlError, subprocess.TimeoutExpired) as error:
            last = error
        time.sleep(pause)
    raise TimeoutError(f"{what} did not happen within {patience:.0f} s; last: {last}")


@contextmanager
def proxied() -> Iterator[Callable[[str, Object], Object]]:
    """Give a function that posts an object to a path, for many of them in little time."""
    command = ("kubectl", "proxy", "--port=0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
        try:
            assert proxy.stdout is not None
            address = proxy.stdout.readline().rsplit(" ", 1)[-1].strip()

            def post(path: str, sent: Object) -> Object:
                request = urllib.request.Request(
                    f"http://{address}{path}",
                    json.dumps(sent).encode(),
                    {"Content-Type": "application/json"},
                )
                with urllib.request.urlopen(request, timeout=60) as answer:
                    found: Object = json.load(answer)
                return found

            yield post
        finally:
            proxy.terminate()


def rolled_out(*workloads: str, namespace: str, patience: int = 300) -> None:
    """Wait until these are rolled out, such as ``deployment/api``."""
    for workload in workloads:
        kubectl(
            *("rollout", "status", workload, "-n", namespace, f"--timeout={patience}s"),
            patience=patience + 10,
        )


def drain(node: str) -> None:
    """Take the pods off a node, but for the client that watches, and let new ones come again."""
    options = (
        *("--ignore-daemonsets", "--delete-emptydir-data", "--timeout=240s"),
        "--pod-selector=app.kubernetes.io/name!=client",
    )
    try:
        kubectl("drain", node, *options, patience=250)
        time.sleep(5)
    finally:
        kubectl("uncordon", node)


def zone_of(node: str) -> str:
    """Return the zone of a node."""
    (found,) = objects("node", node)
    zone: str = found["metadata"]["labels"][ZONE]
    return zone


def pods(selector: str, *, namespace: str) -> Sequence[Object]:
    """Return the pods with these labels that are not ending."""
    found = objects("pods", "-n", namespace, "-l", selector)
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
