"""Finds objects among manifests by kind and name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field
from constructs_lib.manifests.platform import describe, name_of, namespace_of
from constructs_lib.manifests.sources import Source, manifests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs_lib.manifests.fields import Manifest


def find_all(
    source: Source, kind: str, name: str | None = None, namespace: str | None = None
) -> list[dict[str, Any]]:
    """Return the objects of a kind, in the order in which they are written.

    Args:
        source: an App, a Chart or manifests.
        kind: such as ``Deployment``, whatever its API group.
        name: only objects of this name; all by default.
        namespace: only objects of this namespace; all by default.
    """
    return [
        manifest
        for manifest in manifests(source)
        if field(manifest, "kind", default="") == kind
        and (name is None or name_of(manifest) == name)
        and (namespace is None or namespace_of(manifest) == namespace)
    ]


def find(source: Source, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
    """Return the one object of a kind and name, such as the Deployment named web.

    Args:
        source: an App, a Chart or manifests.
        kind: such as ``Deployment``, whatever its API group.
        name: the name of the object.
        namespace: only needed if several namespaces have one of this name.

    Raises:
        LookupError: there is none, or there are several; the message lists what is there.
    """
    objects = manifests(source)
    found = find_all(objects, kind, name, namespace)
    if len(found) == 1:
        return found[0]
    wanted = describe({"kind": kind, "metadata": {"namespace": namespace, "name": name}})
    if found:
        raise LookupError(f"{len(found)} objects are called {wanted}:{_listed(found)}")
    raise LookupError(f"no {wanted}; there is{_listed(find_all(objects, kind) or objects)}")


def _listed(objects: Sequence[Manifest]) -> str:
    return "".join(f"\n  {describe(manifest)}" for manifest in objects) or " nothing"
