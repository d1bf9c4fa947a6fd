"""Annotations of one's own on the objects of hosts and routes."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.rules import check_annotations


def check_own_annotations(field: str, annotations: Mapping[str, str]) -> None:
    """Refuse invalid annotations, and text for the configuration of a controller."""
    check_annotations(field, annotations)
    for key in annotations:
        if "snippet" in key:
            reject(field, key, "leave it out: it is text for the configuration")


def annotated(
    field: str, annotations: Mapping[str, str], *, written: Mapping[str, str], by: object
) -> dict[str, str]:
    """Return what a renderer writes, with annotations of one's own, which may not be the same."""
    for key in sorted(written.keys() & annotations.keys()):
        raise ConfigurationError(field, key, f"leave it out: {type(by).__name__} writes it")
    return {**written, **annotations}
