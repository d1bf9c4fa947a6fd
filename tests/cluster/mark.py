"""Which namespaces the suite made: nothing else in a cluster is touched."""

from __future__ import annotations

from collections.abc import Iterable

from tests.cluster.kubectl import kubectl, objects

_MARK = ("configmap", "constructs-lib-suite", "-n", "default")


def ours() -> set[str]:
    """Return the names of the namespaces that the suite made, or is about to."""
    if not kubectl("get", *_MARK, "--ignore-not-found"):
        return set()
    (found,) = objects(*_MARK)
    return set(found["data"])


def mark(namespaces: Iterable[str]) -> None:
    """Note that the suite makes these, before it does."""
    names = sorted({*namespaces, *ours()})
    literals = (f"--from-literal={name}=made by the suite" for name in names)
    manifest = kubectl("create", *_MARK, *literals, "--dry-run=client", "-o", "yaml")
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", given=manifest)


def unmark() -> None:
    """Forget them, once they are gone."""
    kubectl("delete", *_MARK, "--ignore-not-found")
