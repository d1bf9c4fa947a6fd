"""Which changes of fields API servers refuse, asked of real ones; no controller has to run.

`python -m tests.cluster.refused FILE` writes what the API server of KUBECONFIG refuses.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from constructs_lib.changes.merging import merged
from constructs_lib.changes.types import type_of_object
from tests.changes import mutations
from tests.cluster.mark import mark, unmark

Object = dict[str, Any]
_KEPT_BY_IT = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


class Server:
    """An API server.

    Args:
        address: of a proxy to it.
    """

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=60)
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}
        self._lives: dict[str, tuple[Object, Object]] = {}

    @cached_property
    def version(self) -> str:
        """Its version, such as ``1.34``."""
        said = self.send("GET", "/version")[1]
        return f"{said['major']}.{said['minor'].rstrip('+')}"

    def ask(self, questions: Sequence[Object]) -> list[Object]:
        """Answer as `programs.api_server.ask` does."""
        return [self._answer(each["before"], each["after"]) for each in questions]

    def _answer(self, before: Object | None, after: Object) -> Object:
        if before is None:
            alone = {**after, "metadata": {**after["metadata"], "name": "alone"}}
            status, said = self.send("POST", f"{self._path(alone)}?dryRun=All", alone)
            return {"accepted": status < 300, "message": said.get("message", "")}
        path = f"{self._path(before)}/{before['metadata']['name']}"
        if self._lives.get(path, (None, None))[0] != before:
            self._remove(path)
            status, said = self.send("POST", self._path(before), before)
            if status >= 300:
                return {"accepted": False, "message": f"before: {said.get('message')}"}
            self._lives[path] = before, said
        lives = self._lives[path][1]
        sent = merged(before, after, lives, type_of_object(after))
        status, said = self.send("PUT", f"{path}?dryRun=All", sent)
        if status >= 300:
            return {"accepted": False, "message": said.get("message", "")}
        return {"accepted": True, "unchanged": _bare(said) == _bare(lives)}

    def applied_twice(self, before: Object, after: Object) -> tuple[bool, Object]:
        """Apply an object and another state of it, server-side, and delete it.

        Returns:
            Whether the second is accepted, and what lives then, or why not.
        """
        path = f"{self._path(before)}/{before['metadata']['name']}"
        self._lives[path] = before, {}
        try:
            for manifest in (before, after):
                status, said = self.send(
                    "PATCH",
                    f"{path}?fieldManager=kubectl&force=true&fieldValidation=Strict",
                    manifest,
                    "application/apply-patch+yaml",
                )
                if status >= 300 and manifest is before:
                    raise AssertionError(said.get("message"))
            return status < 300, said
        finally:
            self._remove(path)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def forget(self) -> None:
        """Delete what was created."""
        for path in list(self._lives):
            self._remove(path)

    def _remove(self, path: str) -> None:
        if self._lives.pop(path, None) is None:
            return
        kept = {"metadata": {"finalizers": None}}
        self.send("PATCH", path, kept, "application/merge-patch+json")
        self.send("DELETE", f"{path}?gracePeriodSeconds=0&propagationPolicy=Background")
        self.send("PATCH", path, kept, "application/merge-patch+json")

    def _path(self, manifest: Object) -> str:
        version = manifest["apiVersion"]
        group = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if (version, manifest["kind"]) not in self._kinds:
            for each in self.send("GET", group)[1]["resources"]:
                if "/" not in each["name"]:
                    self._kinds[version, each["kind"]] = each["name"], each["namespaced"]
        name, namespaced = self._kinds[version, manifest["kind"]]
        place = f"/namespaces/{manifest['metadata']['namespace']}" if namespaced else ""
        return f"{group}{place}/{name}"

    def send(
        self, verb: str, path: str, sent: Object | None = None, form: str = "application/json"
    ) -> tuple[int, Object]:
        """Send a request, and return the status and what is answered."""
        body = None if sent is None else json.dumps(sent)
        self._connection.request(verb, path, body, {"Content-Type": form})
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())


def _bare(lives: Object) -> Object:
    metadata = {k: v for k, v in lives["metadata"].items() if k not in _KEPT_BY_IT}
    return {**{k: v for k, v in lives.items() if k != "status"}, "metadata": metadata}


@contextmanager
def served() -> Iterator[Server]:
    """Give the API server of KUBECONFIG, with the namespace `app` while it is asked."""
    with subprocess.Popen(("kubectl", "proxy", "--port=0"), stdout=subprocess.PIPE) as proxy:
        try:
            assert proxy.stdout is not None
            address = proxy.stdout.readline().decode().rsplit(" ", 1)[-1].strip()
            server = Server(address)
            namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "app"}}
            mark(["app"])
            server.send("POST", "/api/v1/namespaces", namespace)
            yield server
            server.forget()
            server.send("DELETE", "/api/v1/namespaces/app")
            # Where no controller runs, nobody else says that it is empty.
            left = server.send("GET", "/api/v1/namespaces/app")[1]
            server.send("PUT", "/api/v1/namespaces/app/finalize", {**left, "spec": {}})
            unmark()
            server.close()
        finally:
            proxy.terminate()


def table(server: Server) -> mutations.Rows:
    """Return the rows of the table of refused fields, as an API server has them."""
    return mutations.table(server.ask)


if __name__ == "__main__":
    with served() as asked:
        Path(sys.argv[1]).write_text(mutations.written(table(asked)))
