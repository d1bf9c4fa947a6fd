"""Invariants of Ingresses of any controller."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.backend_refs import INGRESS
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.platform import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.manifests.fields import Manifest
    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform

CANARY = "nginx.ingress.kubernetes.io/canary"


def ingress_paths_are_distinct(platform: Platform) -> Iterator[Violation]:
    """Of two equal paths of a host and one type, only one is served."""
    owners: dict[tuple[str, str, str, str], list[Manifest]] = defaultdict(list)
    for ingress in platform.of_kind(INGRESS):
        if annotations_of(ingress).get(CANARY) == "true":
            continue
        for host, path in paths(ingress):
            kind, url = field(path, "pathType", default=""), field(path, "path", default="/")
            owners[class_of(ingress), host, kind, url].append(ingress)
    for (_, host, _, url), ingresses in owners.items():
        for ingress in ingresses[1:]:
            yield ingress, f"{host or '*'}{url} is already served by {describe(ingresses[0])}"


def ingresses_hold_no_snippets(platform: Platform) -> Iterator[Violation]:
    """Snippets let the author of an Ingress read all Secrets of the controller."""
    for ingress in platform.of_kind(INGRESS):
        for key in annotations_of(ingress):
            if "snippet" in key:
                yield ingress, f"annotation {key} puts text into the controller's configuration"


def annotations_of(ingress: Manifest) -> dict[str, Any]:
    """Return the annotations of an Ingress."""
    return mapping(ingress, "metadata", "annotations")


def class_of(ingress: Manifest) -> str:
    """Return the class of an Ingress, or nothing for the default one."""
    old = field(annotations_of(ingress), "kubernetes.io/ingress.class", default="")
    return field(ingress, "spec", "ingressClassName", default=old)


def hosts(ingress: Manifest) -> list[str]:
    """Return the hosts of an Ingress, one a rule."""
    return [field(rule, "host", default="") for rule in mappings(ingress, "spec", "rules")]


def paths(ingress: Manifest) -> list[tuple[str, dict[str, Any]]]:
    """Return the paths of an Ingress with their hosts."""
    return [
        (field(rule, "host", default=""), path)
        for rule in mappings(ingress, "spec", "rules")
        for path in mappings(rule, "http", "paths")
    ]
