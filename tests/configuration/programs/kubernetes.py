"""A Kubernetes API that lists its objects to whom the roles of a platform let it.

The token of a request is the name of its account, `namespace/name`. Selectors know equality
and sets, which is all that is used.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.configuration.programs.authorization import allowed
from tests.configuration.programs.loopback import running

Object = Mapping[str, Any]
_ACCOUNT = "system:serviceaccount:"
_PATH = re.compile(
    r"/apis?(?:/(?P<group>[^/]+\.[^/]+|apps|autoscaling|batch|policy))?/v\w+"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<resource>[^/]+)(?:/(?P<name>[^/]+))?"
)
# What there is, for whom has to find that out.
_DISCOVERY: Mapping[str, Object] = {
    "/version": {"major": "1", "minor": "34"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [
            {"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]},
            {"name": "namespaces", "kind": "Namespace", "namespaced": False, "verbs": ["list"]},
        ],
    },
}
_FORBIDDEN = {"kind": "Status", "apiVersion": "v1", "code": 403, "reason": "Forbidden"}
# An older server: the client lists before it watches.
_LIST_INSTEAD = {"kind": "Status", "apiVersion": "v1", "code": 422, "reason": "Invalid"}


@contextmanager
def kubernetes(tls: Path, cluster: Sequence[Object], policy: Sequence[Object]) -> Iterator[str]:
    """Serve an API until the end of the block; give its address.

    Args:
        tls: the folder of its certificate; clients send no token without TLS.
        cluster: the objects that there are.
        policy: roles and bindings; other objects in it say nothing.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "tls.crt", tls / "tls.key")
    with running(_Server(cluster, policy), tls=context) as address:
        yield f"https://{address}"


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


class _Server(ThreadingHTTPServer):
    def __init__(self, cluster: Sequence[Object], policy: Sequence[Object]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cluster = cluster
        self.policy = policy


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        asked = _PATH.fullmatch(url.path)
        if url.path in _DISCOVERY:
            self._answer(200, _DISCOVERY[url.path])
        elif asked is None:
            self._answer(404, {})
        elif asked["name"]:
            if self._may("get", asked):
                self._answer(200, next(_found(self.server.cluster, asked, query)))
        elif query.get("watch") in {"1", "true"}:
            if self._may("watch", asked):
                self._watch(query)
        elif self._may("list", asked):
            self._answer(200, _list(asked, list(_found(self.server.cluster, asked, query))))

    def do_POST(self) -> None:
        spec = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["spec"]
        asked = _PATH.fullmatch(urlsplit(self.path).path)
        if asked is None:
            self._answer(404, {})
        elif self._may("create", asked):
            review = {"tokenreviews": _who, "subjectaccessreviews": _whether}
            status = review[asked["resource"]](spec, self.server.policy)
            self._answer(201, {"spec": spec, "status": status})

    def _may(self, verb: str, asked: re.Match[str]) -> bool:
        account = self.headers.get("Authorization", "").removeprefix("Bearer ")
        resource = (asked["group"] or "", asked["resource"])
        if allowed(self.server.policy, account, verb, resource, asked["namespace"] or ""):
            return True
        self._answer(403, _FORBIDDEN)
        return False

    def _watch(self, query: Mapping[str, str]) -> None:
        if "sendInitialEvents" in query:
            return self._answer(422, _LIST_INSTEAD)
        # Tell nothing until the watcher goes.
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.rfile.read(1)
        self.close_connection = True
        return None

    def _answer(self, status: int, body: Object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


def _found(
    cluster: Sequence[Object], asked: re.Match[str], query: Mapping[str, str]
) -> Iterator[Object]:
    for item in cluster:
        metadata = item["metadata"]
        fields = {
            "metadata.name": metadata["name"],
            "spec.nodeName": item.get("spec", {}).get("nodeName", ""),
        }
        if (
            f"{item['kind'].lower()}s" == asked["resource"]
            and metadata.get("namespace", "") == (asked["namespace"] or "")
            and asked["name"] in {None, metadata["name"]}
            and _selected(metadata.get("labels", {}), query.get("labelSelector", ""))
            and _selected(fields, query.get("fieldSelector", ""))
        ):
            yield item


def _list(asked: re.Match[str], items: list[Object]) -> Object:
    # Only a client that asks for whatever there is has to be told what it is.
    kind = {"apiVersion": "v1", "kind": "PodList"} if asked["resource"] == "pods" else {}
    return {**kind, "metadata": {"resourceVersion": "1"}, "items": items}


def _who(spec: Object, _: Sequence[Object]) -> Object:
    user = _ACCOUNT + spec["token"].replace("/", ":")
    return {"authenticated": True, "user": {"username": user}}


def _whether(spec: Object, policy: Sequence[Object]) -> Object:
    asked = spec["resourceAttributes"]
    account = spec["user"].removeprefix(_ACCOUNT).replace(":", "/")
    resource = "/".join(filter(None, (asked["resource"], asked.get("subresource"))))
    may = allowed(
        policy, account, asked["verb"], (asked["group"], resource), asked.get("namespace", "")
    )
    return {"allowed": may}


def _selected(values: Mapping[str, str], selector: str) -> bool:
    for term in re.findall(r"[^,(]+(?:\([^)]*\))?", selector):
        name, _, wanted = re.split(r"( in |==?)", term)
        if values.get(name) not in wanted.strip("()").split(","):
            return False
    return True
