"""Arguments of any type that an annotation of the library names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from cdk8s import ApiObject, App, Chart
from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

# Texts that are almost right somewhere: names, paths, quantities, ranges, variables.
_TEXTS = (
    *("", " ", "a", "A", "a-b", "a_b", "a.b", "a-", "-a", "1a", "1", "0", "-1", "*", "a b"),
    *("é", "\u0661", "\x00", "a\n", "\t", "\x85", "\u2028", "\ufeff", "\ufffe", "\ud800"),
    *("/", "//", "/a", "/a/", "/a/b", "/a:b", "/..", "/.a", ".", "..", "..a", "a/b", "a/b/c"),
    *("a" * 63, "a" * 64, "a" * 254, f"/{'a' * 5000}", "a" * 199_999, "a" * 200_000),
    *("250m", "0.5m", "1Gi", "1.5Ki", "0.0001Gi", "1e3", "1E", "\u0661Gi", "999999999999999Pi"),
    *("10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/255.0.0.0", "10.0.0.0", "0.0.0.0/0", "::/0"),
    *("fe80::%1/64", "FE80::/10", "PORT", "METRICS_PORT", "PGHOST", "API_KEY", "SECRET_KEY"),
    *("JWT_SIGNING_KEY", "https://user:word@host", "to https://user:word@host", "$(PORT)", "null"),
    *("kubernetes.io/hostname", "\x00/driver", "NoSchedule", "key", "username", "main", "http"),
    *("web:latest", "web:1.2.3", "registry:\u0661/web:1.2.3", "count/pods", "services", "pods"),
)
_INTEGERS = (-1, 0, 1, 2, 80, 443, 1023, 1024, 65_535, 65_536, 2**31, 2**63, 10**30, True, False)


def objects(*kinds: str) -> Strategy:
    """Return objects of one of these kinds, each of an app of its own."""

    def made(kind: str) -> ApiObject:
        chart = Chart(App(), "chart", namespace="app")
        return ApiObject(chart, "object", api_version="apps/v1", kind=kind)

    return st.builds(made, st.sampled_from(kinds))


ANYTHING: dict[Any, Strategy] = {
    NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers() | st.sampled_from(_INTEGERS),
    float: st.floats() | st.integers(),
    Decimal: st.decimals(),
    ApiObject: objects("DaemonSet", "Deployment"),
    str: st.text(st.characters(exclude_categories=()), max_size=80) | st.sampled_from(_TEXTS),
}
"""Whatever a type checker lets pass, by type."""

SETTLED: dict[Any, Strategy] = {NoneType: st.none(), bool: st.booleans()}
"""The types of which every value is a good one."""


def of_type(
    hint: Any,  # noqa: ANN401 - an annotation
    atoms: Mapping[Any, Strategy],
    nested: Callable[[type[Any]], Strategy],
) -> Strategy:
    """Return arguments of an annotated type.

    Args:
        hint: the annotation.
        atoms: strategies of the simple types.
        nested: returns the strategy of a class of the library.
    """
    if hint in atoms:
        return atoms[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return st.one_of([of_type(part, atoms, nested) for part in parts])
    if origin is tuple:
        return st.lists(of_type(parts[0], atoms, nested), max_size=2).map(tuple)
    if origin is Sequence:
        items = of_type(parts[0], atoms, nested)
        lists = st.lists(items, max_size=2)
        # A text is a sequence of texts, its letters.
        return lists | lists.map(tuple) | (items if parts[0] is str else st.nothing())
    if origin is Mapping:
        keys, values = (of_type(part, atoms, nested) for part in parts)
        mappings = st.dictionaries(keys, values, max_size=2)
        return mappings | mappings.map(MappingProxyType)
    if not isinstance(hint, type) or hint in ANYTHING:
        raise LookupError(f"no strategy for {hint}")
    return st.sampled_from(hint) if issubclass(hint, Enum) else nested(hint)
