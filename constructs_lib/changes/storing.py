"""What the API server stores of a manifest: decoded, filled in, with what it adds by itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from constructs_lib.changes.decoding import decoded
from constructs_lib.changes.defaults import filled_in
from constructs_lib.changes.types import Type, type_of_object
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.workloads import template_path

Node = dict[str, Any]

_FOR_TYPES = frozenset({"NodePort", "LoadBalancer"})
_OF_TYPES = {
    "externalTrafficPolicy": _FOR_TYPES,
    "allocateLoadBalancerNodePorts": frozenset({"LoadBalancer"}),
    "healthCheckNodePort": frozenset({"LoadBalancer"}),
    "loadBalancerClass": frozenset({"LoadBalancer"}),
}

ALLOCATED = "(allocated)"
"""An address that the API server chooses."""


def stored(manifest: Node, was: Node | None = None) -> Node:
    """Return what the API server stores.

    Args:
        manifest: the object as it is sent.
        was: the object that it replaces, which keeps what was allocated for it.

    Raises:
        DecodingError: it cannot be decoded.
    """
    kind = type_of_object(manifest)
    if kind is None:
        return manifest
    node: Node = filled_in(decoded(manifest, kind), kind)
    path = template_path(manifest)
    if path is not None:
        _name_account(mapping(node, *path, "spec"))
    match manifest.get("kind"):
        case "Secret":
            _encode(node)
        case "Service":
            _allocate(node, mapping(was, "spec"))
        case "Namespace":
            name = field(node, "metadata", "name", default="")
            node.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
            node["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = name
    return node


Merge = Callable[[Node, Node, Node, Type | None], Node]


def applied(before: Node, after: Node, live: Node, merge: Merge) -> Node:
    """Return what the API server stores once `after` is applied over what lives.

    Args:
        before: the manifest as it was applied last.
        after: the manifest that is applied.
        live: the object as the API server has it.
        merge: makes one of the three.

    Raises:
        DecodingError: it cannot be decoded.
    """
    # As the API server does, so that a wrong type is told of the file itself.
    kind = type_of_object(after)
    if kind is not None:
        decoded(after, kind)
    return stored(merge(before, after, live, kind), live)


def _name_account(pod: Node) -> None:
    # The second name is older, and each brings the other back.
    name = pod.get("serviceAccountName") or pod.get("serviceAccount")
    if name:
        pod["serviceAccountName"] = pod["serviceAccount"] = name


def _encode(secret: Node) -> None:
    written = secret.pop("stringData", {})
    if written:
        encoded = {key: b64encode(text.encode()).decode() for key, text in written.items()}
        secret["data"] = {**secret.get("data", {}), **encoded}


def _allocate(service: Node, was: Node) -> None:
    spec = mapping(service, "spec")
    _drop_what_was_for(spec, was)
    if spec.get("type") != "ExternalName":
        kept = field(was, "clusterIP", default=ALLOCATED)
        spec.setdefault("clusterIP", kept)
        spec["clusterIPs"] = [spec["clusterIP"]]
        spec.setdefault("ipFamilyPolicy", field(was, "ipFamilyPolicy", default="SingleStack"))
    if spec.get("type") in {"NodePort", "LoadBalancer"}:
        numbers = {port.get("name"): port.get("nodePort") for port in mappings(was, "ports")}
        for port in mappings(spec, "ports"):
            number = numbers.get(port.get("name"))
            if number and "nodePort" not in port:
                port["nodePort"] = number


def _drop_what_was_for(spec: Node, was: Node) -> None:
    """Drop what only the former type of a Service has, unless it changes as well."""
    former = was.get("type")
    if former == spec.get("type") or former not in _FOR_TYPES:
        return
    for name, types in _OF_TYPES.items():
        if former in types and spec.get("type") not in types and spec.get(name) == was.get(name):
            spec.pop(name, None)
    if spec.get("type") not in _FOR_TYPES:
        for port in mappings(spec, "ports"):
            port.pop("nodePort", None)
