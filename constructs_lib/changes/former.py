"""Former objects: as they were applied last, as they live, and in which namespace they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from constructs_lib.changes.decoding import pruned
from constructs_lib.changes.objects import ObjectKey
from constructs_lib.changes.owners import applied_by_us
from constructs_lib.changes.trees import Tree
from constructs_lib.changes.types import type_of_object
from constructs_lib.manifests.fields import Manifest, field, mapping

_LAST = "kubectl.kubernetes.io/last-applied-configuration"
Node = dict[str, Any]


def applied_last(tree: Tree, manifests: Sequence[Manifest]) -> list[Node]:
    """Return the objects as they were applied before some manifests: if it lives, as it remembers.

    Args:
        tree: the former one.
        manifests: those that are applied over it.
    """
    put = _alike(tree, manifests)
    return [put(_last_applied(each) if tree.live else each) for each in tree.manifests]


def _last_applied(live: Node) -> Node:
    text = field(live, "metadata", "annotations", _LAST, default="")
    return dict(json.loads(text)) if text else _bare(applied_by_us(live) or live)


def _bare(live: Node) -> Node:
    """Return an object without what the API server keeps about it."""
    bookkeeping = {"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp"}
    metadata = {k: v for k, v in mapping(live, "metadata").items() if k not in bookkeeping}
    annotations = {k: v for k, v in mapping(metadata, "annotations").items() if k != _LAST}
    if "annotations" in metadata:
        metadata["annotations"] = annotations
    return {**{k: v for k, v in live.items() if k != "status"}, "metadata": metadata}


def lives(tree: Tree, manifests: Sequence[Manifest]) -> dict[ObjectKey, Node]:
    """Return the objects of a tree that lives as they are in the cluster, by what manifests say."""
    found = map(_alike(tree, manifests), tree.manifests if tree.live else ())
    return {ObjectKey.of(each): _with_status(each) for each in found}


def _with_status(live: Node) -> Node:
    kind = type_of_object(live)
    bare = pruned(_bare(live), kind) if kind else _bare(live)
    kept = {"status": live["status"]} if "status" in live else {}
    managed = mapping(live, "metadata").get("managedFields")
    if managed:
        kept["metadata"] = {**bare["metadata"], "managedFields": managed}
    return {**bare, **kept}


def _alike(former: Tree, manifests: Sequence[Manifest]) -> Callable[[Node], Node]:
    """Return what puts a former object where a manifest has it, if only one of them says where.

    What says no namespace is in that of whoever applies: in `default`, or where it lives.
    """
    there = {ObjectKey.of(each) for each in former.manifests}
    wanted = {ObjectKey.of(each) for each in manifests} - there

    def put(node: Node) -> Node:
        kind, namespace, name = ObjectKey.of(node)
        other = "" if namespace else "default"
        is_same = former.live or "default" in {namespace, other}
        if not is_same or ObjectKey((kind, other, name)) not in wanted:
            return node
        metadata = {key: value for key, value in node["metadata"].items() if key != "namespace"}
        return {**node, "metadata": {**metadata, **({"namespace": other} if other else {})}}

    return put
