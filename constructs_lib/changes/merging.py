"""The three-way merge of ``kubectl apply``, client-side.

What a file no longer says is removed, what it says is set, the rest of what lives stays.
https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merge-patch-calculation
"""

from __future__ import annotations

from typing import Any

from constructs_lib.changes.types import ANY, Json, Type, type_in

Node = dict[str, Any]


def merged(before: Node, after: Node, live: Node, kind: Type | None) -> Node:
    """Return what lives after an apply.

    Args:
        before: the manifest as it was applied last.
        after: the manifest that is applied.
        live: the object as the API server has it.
        kind: its type; None for a custom resource, whose lists are replaced.
    """
    of = kind or Type(items=ANY)
    return _patched(_removed(before, after, live, of), after, live, of)


def _is_merged(kind: Type, *values: object) -> bool:
    return not kind.replaced and all(isinstance(value, dict) for value in values)


def _removed(before: Node, after: Node, live: Node, kind: Type) -> Node:
    """Return what lives without what only the manifest before says."""
    # A null says so as well.
    kept = {name: value for name, value in live.items() if after.get(name, value) is not None}
    for name, was in before.items():
        now, of = after.get(name), type_in(kind, name)
        if now is None:
            kept.pop(name, None)
        elif _is_merged(of, was, now, kept.get(name)):
            kept[name] = _removed(was, now, kept[name], of)
        elif of.key and isinstance(kept.get(name), list):
            kept[name] = _removed_items(was, now, kept[name], of)
    return kept


def _removed_items(was: Json, now: Json, live: list[Any], kind: Type) -> list[Any]:
    if kind.key == "=":
        return [item for item in live if item in now or item not in was]
    pairs = _paired(was, now, kind.key)
    gone = [old[kind.key] for old, new in pairs if new is None and old is not None]
    kept = [item for item in live if _value(item, kind.key) not in gone]
    for old, new in pairs:
        if old is not None and new is not None:
            found = _index(kept, kind.key, new[kind.key])
            if found is not None:
                kept[found] = _removed(old, new, kept[found], kind.items or ANY)
    return kept


def _paired(old: Json, new: Json, key: str) -> list[tuple[Node | None, Node | None]]:
    """Pair the items of two lists the way the client does: in the order of their keys.

    It sorts with "not above" for "below", which turns the order of items with the same key.
    """
    left, right = _in_order(old, key), _in_order(new, key)
    pairs: list[tuple[Node | None, Node | None]] = []
    while left or right:
        if not right or (left and str(left[0][key]) < str(right[0][key])):
            pairs.append((left.pop(0), None))
        elif not left or str(right[0][key]) < str(left[0][key]):
            pairs.append((None, right.pop(0)))
        else:
            pairs.append((left.pop(0), right.pop(0)))
    return pairs


def _value(item: Json, key: str) -> Json:
    return item.get(key) if isinstance(item, dict) else None


def _in_order(items: Json, key: str) -> list[Node]:
    keyed = [item for item in items or [] if isinstance(item, dict) and key in item]
    keyed.reverse()
    return sorted(keyed, key=lambda item: str(item[key]))


def _index(items: list[Any], key: str, value: object) -> int | None:
    return next((i for i, item in enumerate(items) if _value(item, key) == value), None)


def _patched(target: Node, after: Node, live: Node, kind: Type) -> Node:
    """Return the target with what the manifest says and what lives does not."""
    result, changed = dict(target), False
    for name, now in after.items():
        if now is None:
            continue
        of, was = type_in(kind, name), live.get(name)
        there = result.get(name)
        if _is_merged(of, now, was, there):
            result[name] = _patched(there or {}, now, was or {}, of)
        elif of.key and isinstance(was, list) and isinstance(there, list):
            result[name] = _patched_items(there, now, was, of)
        else:
            result[name] = now
        changed = changed or name not in live or result[name] != was
    if kind.retains_keys and changed:
        return {name: value for name, value in result.items() if name in after}
    return result


def _patched_items(target: list[Any], now: list[Any], live: list[Any], kind: Type) -> list[Any]:
    if kind.key == "=":
        return [*now, *(item for item in target if item not in now)]
    result, items = list(target), kind.items or ANY
    for was, wanted in _paired(live, now, kind.key):
        if wanted is None:
            continue
        # It is found by its key alone: of two with the same key, the first.
        found = _index(result, kind.key, wanted[kind.key])
        if found is None:
            result.append(wanted)
        elif was is None:
            result[found] = {**result[found], **wanted}
        elif any(was.get(name) != value for name, value in wanted.items() if value is not None):
            patch = {name: value for name, value in wanted.items() if was.get(name) != value}
            patched = _patched(result[found], {**patch, kind.key: wanted[kind.key]}, was, items)
            retained = wanted if kind.retains_keys else patched
            result[found] = {name: value for name, value in patched.items() if name in retained}
    return _ordered(result, now, kind.key)


def _ordered(items: list[Any], now: list[Any], key: str) -> list[Any]:
    """Return items in the order of the manifest; what it does not know follows its neighbour."""
    places = {str(_value(item, key)): place for place, item in reversed(list(enumerate(now)))}
    last = -1
    placed = []
    for item in items:
        last = places.get(str(_value(item, key)), last)
        placed.append((last, item))
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]
