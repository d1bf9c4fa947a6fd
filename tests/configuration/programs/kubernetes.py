"""A Kubernetes API that lists pods and nodes to whom the roles of a platform let it.

It authorizes as the API server does: a request is allowed when a role that is bound
to its account names the verb, the API group and the resource. The token of a request
is the account's name. Selectors know equality, which is all that a scrape job uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Object = Mapping[str, Any]


@contextmanager
def kubernetes(cluster: Sequence[Object], policy: Sequence[Object]) -> Iterator[str]:
    """Serve an API until the end of the block; give its address.

    Args:
        cluster: the pods and nodes that there are.
        policy: roles and bindings; other objects in it say nothing.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            match url.path.split("/")[3:]:
                case ["namespaces", namespace, resource]:
                    pass
                case [resource]:
                    namespace = ""
                case _:
                    return self._answer(404, {})
            watches = query.get("watch") in {"1", "true"}
            account = self.headers.get("Authorization", "").removeprefix("Bearer ")
            verb = "watch" if watches else "list"
            if not allowed(policy, account, verb, resource, namespace):
                return self._answer(403, {"kind": "Status", "code": 403, "reason": "Forbidden"})
            if "sendInitialEvents" in query:  # an older server: the client lists instead
                return self._answer(422, {"kind": "Status", "code": 422, "reason": "Invalid"})
            if watches:
                return self._never()
            kind = {"pods": "Pod", "nodes": "Node"}[resource]
            items = [
                item
                for item in cluster
                if item["kind"] == kind
                and item["metadata"].get("namespace", "") == namespace
                and _selected(item, query.get("labelSelector", ""))
            ]
            return self._answer(
                200,
                {
                    "apiVersion": "v1",
                    "kind": f"{kind}List",
                    "metadata": {"resourceVersion": "1"},
                    "items": items,
                },
            )

        def _answer(self, status: int, body: Object) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def _never(self) -> None:
            """Tell a watcher nothing until it goes."""
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.rfile.read(1)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def allowed(
    policy: Sequence[Object], account: str, verb: str, resource: str, namespace: str
) -> bool:
    """Return whether an account (`namespace/name`) may do that; the cluster is namespace ""."""
    for binding in policy:
        if binding["kind"] not in {"RoleBinding", "ClusterRoleBinding"}:
            continue
        where = binding["metadata"].get("namespace", "")
        subjects = {
            f"{subject.get('namespace')}/{subject['name']}"
            for subject in binding["subjects"]
            if subject["kind"] == "ServiceAccount"
        }
        if account in subjects and where in {"", namespace}:
            role = binding["roleRef"]
            if any(
                _covers(rule, verb, resource)
                for candidate in policy
                if candidate["kind"] == role["kind"]
                and candidate["metadata"]["name"] == role["name"]
                and (role["kind"] == "ClusterRole" or candidate["metadata"]["namespace"] == where)
                for rule in candidate["rules"]
            ):
                return True
    return False


def _covers(rule: Object, verb: str, resource: str) -> bool:
    return (
        "" in rule.get("apiGroups", ())
        and resource in rule["resources"]
        and verb in rule["verbs"]
        and "resourceNames" not in rule
    )


def _selected(item: Object, selector: str) -> bool:
    labels = item["metadata"].get("labels", {})
    terms = (term.partition("=") for term in selector.split(",") if term)
    return all(labels.get(name) == value for name, _, value in terms)
