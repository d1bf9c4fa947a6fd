"""The merge of ``kubectl apply --server-side``: what a file says, over what others say.

The API server knows who said what. What the last apply said and this one does not goes; items of
lists are told apart by all of their keys, such as number and protocol of a port.
https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

from __future__ import annotations

from typing import Any

from constructs_lib.changes.decoding import DecodingError
from constructs_lib.changes.types import ANY, Json, Type, type_in

Node = dict[str, Any]
_KEYS = {
    "core.ContainerPort": ("containerPort", "protocol"),
    "core.ServicePort": ("port", "protocol"),
    "core.TopologySpreadConstraint": ("topologyKey", "whenUnsatisfiable"),
}
_DEFAULTS = {"protocol": "TCP"}
# Whoever says a part of these says all of it.
_ATOMIC = frozenset(
    {
        "core.ConfigMapKeySelector",
        "core.LocalObjectReference",
        "core.NodeSelector",
        "core.ObjectFieldSelector",
        "core.SecretKeySelector",
        "meta.LabelSelector",
        "rbac.RoleRef",
    }
)


def merged_by_server(before: Node, after: Node, live: Node, kind: Type | None) -> Node:
    """Return what lives after a server-side apply.

    Args:
        before: the manifest as it was applied last.
        after: the manifest that is applied.
        live: the object as the API server has it.
        kind: its type; None for a custom resource, whose lists are replaced.

    Raises:
        DecodingError: two items of a list have the same keys.
    """
    return dict(_applied(before, after, live, kind or Type(items=ANY), ""))


def _applied(before: Json, after: Json, live: Json, kind: Type, path: str) -> Json:
    if kind.name in _ATOMIC:
        return after
    if isinstance(after, dict) and isinstance(live, dict):
        return _map(before if isinstance(before, dict) else {}, after, live, kind, path)
    if isinstance(after, list) and isinstance(live, list) and kind.key:
        return _list(before if isinstance(before, list) else [], after, live, kind, path)
    return after


def _map(before: Node, after: Node, live: Node, kind: Type, path: str) -> Node:
    result: Node = {}
    for name, lives in live.items():
        of, inside = type_in(kind, name), f"{path}.{name}" if path else name
        if after.get(name) is not None:
            result[name] = _applied(before.get(name), after[name], lives, of, inside)
        else:
            kept = _left(before.get(name), lives, of)
            if kept is not None:
                result[name] = kept
    new = {name: value for name, value in after.items() if name not in live and value is not None}
    return {**result, **new}


def _left(before: Json, live: Json, kind: Type) -> Json:
    """Return what others said of something that the file said before; None for nothing."""
    if before is None:
        return live
    is_map = bool(kind.items) and not kind.is_list
    if is_map and isinstance(before, dict) and isinstance(live, dict):
        return {name: value for name, value in live.items() if name not in before} or None
    if kind.key == "=" and isinstance(before, list):
        return [item for item in live if item not in before] or None
    return None


def _list(before: list[Any], after: list[Any], live: list[Any], kind: Type, path: str) -> list[Any]:
    if kind.key == "=":
        others = [item for item in live if item not in before and item not in after]
        return [*after, *others]
    items = kind.items or ANY
    keys = _KEYS.get(items.name, (kind.key,))
    old, new, lives = (_by_keys(each, keys) for each in (before, after, live))
    if len(new) < len(after):
        raise DecodingError(path, f"two items have the same {' and '.join(keys)}")
    said = [
        _applied(old.get(key), item, lives[key], items, path) if key in lives else item
        for key, item in new.items()
    ]
    kept = [_left(old.get(key), item, items) for key, item in lives.items() if key not in new]
    return [*said, *(item for item in kept if item is not None)]


def _by_keys(items: list[Any], keys: tuple[str, ...]) -> dict[object, Any]:
    return {
        tuple(str(item.get(name, _DEFAULTS.get(name))) for name in keys): item
        for item in items
        if isinstance(item, dict)
    }
