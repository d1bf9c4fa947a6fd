"""A Kubernetes API that lists its objects to whom the roles of a platform let it.

It authorizes as the API server does: a request is allowed when a role that is bound
to its account names the verb, the API group and the resource. The token of a request
is the account's name. Selectors know equality, which is all that is used.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

Object = Mapping[str, Any]


@contextmanager
def kubernetes(tls: Path, cluster: Sequence[Object], policy: Sequence[Object]) -> Iterator[str]:
    """Serve an API until the end of the block; give its address.

    Args:
        tls: the folder of its certificate; clients send no token without TLS.
        cluster: the objects that there are.
        policy: roles and bindings; other objects in it say nothing.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            if url.path == "/version":
                return self._answer(200, {"major": "1", "minor": "34"})
            asked = _asked(url.path)
            if asked is None:
                return self._answer(404, {})
            group, resource, namespace = asked
            watches = query.get("watch") in {"1", "true"}
            account = self.headers.get("Authorization", "").removeprefix("Bearer ")
            verb = "watch" if watches else "list"
            if not allowed(policy, account, verb, (group, resource), namespace):
                return self._answer(403, {"kind": "Status", "code": 403, "reason": "Forbidden"})
            if "sendInitialEvents" in query:  # an older server: the client lists instead
                return self._answer(422, {"kind": "Status", "code": 422, "reason": "Invalid"})
            if watches:
                return self._never()
            items = [
                item
                for item in cluster
                if f"{item['kind'].lower()}s" == resource
                and item["metadata"].get("namespace", "") == namespace
                and _selected(item["metadata"].get("labels", {}), query.get("labelSelector", ""))
                and _selected(_fields(item), query.get("fieldSelector", ""))
            ]
            # A client that asks for one kind need not be told which.
            return self._answer(200, {"metadata": {"resourceVersion": "1"}, "items": items})

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

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def kubeconfig(address: str, account: str, tls: Path) -> str:
    """Return how a client of an API asks on behalf of an account.

    Args:
        address: of the API.
        account: `namespace/name`.
        tls: the folder of the certificate of the API.
    """
    cluster = {"server": address, "certificate-authority": str(tls / "ca.crt")}
    return yaml.safe_dump(
        {
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": account}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }
    )


def allowed(
    policy: Sequence[Object], account: str, verb: str, resource: tuple[str, str], namespace: str
) -> bool:
    """Return whether an account may do that.

    Args:
        policy: roles and bindings, among others.
        account: `namespace/name`.
        verb: what it does.
        resource: the API group, and the resource in it.
        namespace: where; "" is the cluster.
    """
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


def _asked(path: str) -> tuple[str, str, str] | None:
    """Return API group, resource and namespace; None where a path names none."""
    match path.split("/"):
        case ["", "api", _, "namespaces", namespace, resource]:
            return "", resource, namespace
        case ["", "api", _, resource]:
            return "", resource, ""
        case ["", "apis", group, _, "namespaces", namespace, resource]:
            return group, resource, namespace
    return None


def _covers(rule: Object, verb: str, resource: tuple[str, str]) -> bool:
    group, name = resource
    return (
        group in rule.get("apiGroups", ())
        and name in rule.get("resources", ())
        and verb in rule["verbs"]
        and "resourceNames" not in rule
    )


def _fields(item: Object) -> dict[str, str]:
    return {
        "metadata.name": item["metadata"]["name"],
        "spec.nodeName": item.get("spec", {}).get("nodeName", ""),
    }


def _selected(values: Mapping[str, str], selector: str) -> bool:
    terms = (term.partition("=") for term in selector.split(",") if term)
    return all(values.get(name) == value for name, _, value in terms)
