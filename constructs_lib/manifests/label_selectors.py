"""Label selectors, matched the way the API server matches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.manifests.fields import field, mapping, mappings, strings

if TYPE_CHECKING:
    from collections.abc import Mapping


def selects(selector: Mapping[str, object], labels: Mapping[str, str]) -> bool:
    """Tell whether a LabelSelector matches labels; an empty one matches all.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    wanted = mapping(selector, "matchLabels")
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _meets(expression, labels) for expression in mappings(selector, "matchExpressions")
    )


def keys(selector: Mapping[str, object]) -> set[str]:
    """Return the keys of labels in a LabelSelector."""
    expressions = mappings(selector, "matchExpressions")
    return {*mapping(selector, "matchLabels"), *(field(e, "key", default="") for e in expressions)}


def _meets(expression: Mapping[str, object], labels: Mapping[str, str]) -> bool:
    value = labels.get(field(expression, "key", default=""))
    values = strings(expression, "values")
    match field(expression, "operator", default=""):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False
