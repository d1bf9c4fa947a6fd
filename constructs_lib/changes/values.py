"""Values that the API server refuses wherever they are written.

The words of fields, and the fields that must be there, are a table which is made of its OpenAPI
documents (tests/changes/value_table.py). What fields of one part ask of each other stands here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from constructs_lib.changes.forms import FORMS, is_range
from constructs_lib.changes.types import Json, Type, fields_of, type_of_object
from constructs_lib.manifests.fields import Manifest, mapping, mappings

_PROBE = ("exec", "grpc", "httpGet", "tcpSocket")
Node = dict[str, Any]
WrongValues = Iterator[tuple[str, str]]


def wrong_values(manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the values of an object, as the API server stores it."""
    kind = type_of_object(manifest)
    if kind is not None:
        yield from (f"{path}: {message}" for path, message in _wrong(manifest, kind, ""))


def _wrong(node: Json, kind: Type, path: str) -> WrongValues:
    if kind.is_list and isinstance(node, list):
        for index, item in enumerate(node):
            yield from _wrong(item, kind.items or kind, f"{path}[{index}]")
    elif kind.items and isinstance(node, dict):
        for key, member in node.items():
            yield from _wrong(member, kind.items, f"{path}.{key}")
    elif kind.name and isinstance(node, dict):
        yield from _of_struct(node, kind.name, path)
        members = fields_of(kind.name)
        for name, member in node.items():
            if name in members and name != "status":
                yield from _wrong(member, members[name], f"{path}.{name}" if path else name)


def _of_struct(node: Node, struct: str, path: str) -> WrongValues:
    at = f"{path}." if path else ""
    for name, written in _table().get(struct, {}).items():
        value = node.get(name)
        words = set(filter(None, written.removeprefix("!").split("|")))
        if written.startswith("!") and value in (None, "", []):
            yield f"{at}{name}", "it is required"
        elif value and words and value not in words:
            yield f"{at}{name}", f"{value!r} is none of {', '.join(sorted(words))}"
    for name, form in FORMS.get(struct, {}).items():
        message = form(node[name]) if node.get(name) is not None else ""
        if message:
            yield f"{at}{name}", message
    rule = _RULES.get(struct)
    if rule:
        yield from ((path, message) for message in rule(node))


def _container(node: Node) -> Iterator[str]:
    names = (port.get("name") for port in mappings(node, "ports"))
    yield from (f"two ports are called {name}" for name in _twice(names))
    paths = (mount.get("mountPath") for mount in mappings(node, "volumeMounts"))
    yield from (f"two volumes are mounted at {path}" for path in _twice(paths))
    for probe in ("livenessProbe", "startupProbe"):
        if mapping(node, probe).get("successThreshold", 1) != 1:
            yield f"{probe}.successThreshold must be 1"


def _pod(node: Node) -> Iterator[str]:
    containers = [*mappings(node, "initContainers"), *mappings(node, "containers")]
    names = _twice(each.get("name") for each in containers)
    yield from (f"two containers are called {name}" for name in names)
    yield from (
        f"container {each.get('name')} has no image" for each in containers if not each.get("image")
    )
    grace = node.get("terminationGracePeriodSeconds", 30)
    for hook in (hook for each in containers for hook in mapping(each, "lifecycle").values()):
        if isinstance(hook, dict) and mapping(hook, "sleep").get("seconds", 0) > grace:
            yield f"a hook sleeps for longer than the {grace} s that a pod has to end"
    volumes = _twice(each.get("name") for each in mappings(node, "volumes"))
    yield from (f"two volumes are called {name}" for name in volumes)


def _port(node: Node) -> Iterator[str]:
    if not node.get("containerPort"):
        yield "containerPort is required"


def _handler(node: Node) -> Iterator[str]:
    if sum(name in node for name in _PROBE) != 1:
        yield f"a probe has one of {', '.join(_PROBE)}"


def _volume(node: Node) -> Iterator[str]:
    if len(node.keys() - {"name"}) != 1:
        yield "a volume has one source"


def _deployment(node: Node) -> Iterator[str]:
    rolling = mapping(node, "strategy", "rollingUpdate")
    if rolling and all(rolling.get(name) in (0, "0%") for name in ("maxSurge", "maxUnavailable")):
        yield "maxSurge and maxUnavailable are both 0"
    deadline, ready = node.get("progressDeadlineSeconds"), node.get("minReadySeconds", 0)
    if isinstance(deadline, int) and isinstance(ready, int) and deadline <= ready:
        yield "progressDeadlineSeconds must be above minReadySeconds"
    yield from _always(node)


def _always(node: Node) -> Iterator[str]:
    policy = mapping(node, "template", "spec").get("restartPolicy", "Always")
    if policy != "Always":
        yield f"restartPolicy is {policy}; its pods run Always"
    if mapping(node, "template", "spec").get("activeDeadlineSeconds"):
        yield "pods that are kept running have no activeDeadlineSeconds"


def _cluster_subjects(node: Node) -> Iterator[str]:
    for subject in mappings(node, "subjects"):
        if subject.get("kind") == "ServiceAccount" and not subject.get("namespace"):
            yield f"subject ServiceAccount {subject.get('name')} needs its namespace"


def _job(node: Node) -> Iterator[str]:
    policy = mapping(node, "template", "spec").get("restartPolicy", "Always")
    if policy == "Always":
        yield "restartPolicy of a Job is Never or OnFailure"


def _path(node: Node) -> Iterator[str]:
    path, kind = str(node.get("path", "")), node.get("pathType")
    if not path.startswith("/") and (path or kind != "ImplementationSpecific"):
        yield f"the path {path!r} must begin with a slash"
    elif kind != "ImplementationSpecific" and re.search(r"//|/\.{1,2}(/|$)", path):
        yield f"the path {path!r} must be in its shortest form"


def _block(node: Node) -> Iterator[str]:
    cidr = node.get("cidr")
    if is_range(cidr):
        return
    outer: Any = ip_network(str(cidr), strict=False)
    for each in node.get("except", ()):
        inner = None if is_range(each) else ip_network(each, strict=False)
        same = inner is not None and inner.version == outer.version and inner != outer
        if not same or not outer.supernet_of(inner):
            yield f"except {each} is not within {cidr}"


def _policy_port(node: Node) -> Iterator[str]:
    first, last = node.get("port"), node.get("endPort")
    if last is not None and not (isinstance(first, int) and first <= last):
        yield f"ports {first} to {last} are none: endPort needs a number below it"


def _variable(node: Node) -> Iterator[str]:
    if node.get("value") and mapping(node, "valueFrom"):
        yield f"variable {node.get('name')} has a value and valueFrom"


def _config_map(node: Node) -> Iterator[str]:
    data, binary = mapping(node, "data"), mapping(node, "binaryData")
    yield from (f"{key} is in data and in binaryData" for key in sorted(data.keys() & binary))
    # Three bytes are written as four letters.
    yield from _too_large(
        sum(len(str(value).encode()) for value in data.values())
        + sum(len(str(value)) * 3 // 4 for value in binary.values())
    )


def _secret(node: Node) -> Iterator[str]:
    data = mapping(node, "data")
    for key in _KEYS_OF_SECRETS.get(str(node.get("type")), ()):
        if key not in data:
            yield f"a Secret of type {node.get('type')} needs {key}"
    yield from _too_large(sum(len(str(value)) * 3 // 4 for value in data.values()))


def _too_large(size: int) -> Iterator[str]:
    if size > _MOST_BYTES:
        yield f"its values have {size} bytes; {_MOST_BYTES} are the most"


_MOST_BYTES = 1024 * 1024
_KEYS_OF_SECRETS = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_RULES: Mapping[str, Callable[[Node], Iterator[str]]] = {
    "apps.DaemonSetSpec": _always,
    "apps.DeploymentSpec": _deployment,
    "apps.StatefulSetSpec": _always,
    "batch.JobSpec": _job,
    "core.ConfigMap": _config_map,
    "core.Container": _container,
    "core.ContainerPort": _port,
    "core.EnvVar": _variable,
    "core.PodSpec": _pod,
    "core.Probe": _handler,
    "core.Secret": _secret,
    "core.Volume": _volume,
    "networking.HTTPIngressPath": _path,
    "rbac.ClusterRoleBinding": _cluster_subjects,
    "networking.IPBlock": _block,
    "networking.NetworkPolicyPort": _policy_port,
}


def _twice(values: Iterator[Json]) -> list[str]:
    counted = Counter(str(value) for value in values if value)
    return [value for value, count in counted.items() if count > 1]


@cache
def _table() -> dict[str, dict[str, str]]:
    return dict(json.loads(Path(__file__).with_name("values.json").read_text()))
