"""What custom resources read of others by their labels, such as the monitors of a Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.types import type_of_object
from constructs_lib.changes.verdicts import Certainty, Finding, Verdict
from constructs_lib.manifests.fields import Manifest, field, mapping
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.platform import Platform, describe, namespace_of

_SELECTOR = "Selector"


def selected(comparison: Comparison) -> Iterator[tuple[Pair, Finding]]:
    """Yield the objects that one which reads them by their labels reads no more, or anew."""
    if all(type_of_object(pair.manifest) is not None for pair in comparison.pairs):
        return
    was, now = (_customs(platform) for platform in (comparison.before, comparison.after))
    before, after = _reads(comparison.before, was), _reads(comparison.after, now)
    for those, verdict, how in (
        (before - after, Verdict.WEAKENS, "no more"),
        (after - before, Verdict.LATER, "from now on"),
    ):
        for reader, read in sorted(those):
            pair = comparison.by_identity.get(read) or comparison.by_identity.get(reader)
            if pair is not None and {reader, read} <= was.keys() & now.keys():
                told = (describe(now[each]) for each in (reader, read))
                why = f"{' reads '.join(told)} {how}: it selects by labels"
                fields = pair.below("metadata.labels", "spec")
                yield pair, Finding(verdict, "selected", why, fields, certainty=Certainty.ASSUMED)


def _customs(platform: Platform) -> dict[ObjectKey, Manifest]:
    customs = (each for each in platform.manifests if type_of_object(each) is None)
    return {ObjectKey.of(each): each for each in customs}


def _reads(
    platform: Platform, customs: dict[ObjectKey, Manifest]
) -> set[tuple[ObjectKey, ObjectKey]]:
    """Return who reads what: ``ruleSelector`` is about kinds that end with rule."""
    return {
        (reader, read)
        for reader, says in customs.items()
        for name, selector in mapping(says, "spec").items()
        if name.endswith(_SELECTOR) and isinstance(selector, dict)
        for read, each in customs.items()
        if _is_of_kind(each, name.removesuffix(_SELECTOR))
        and selects(selector, mapping(each, "metadata", "labels"))
        and _looks_into(platform, says, name.removesuffix(_SELECTOR), namespace_of(each))
    }


def _is_of_kind(manifest: Manifest, name: str) -> bool:
    return bool(name) and field(manifest, "kind", default="").lower().endswith(name.lower())


def _looks_into(platform: Platform, reader: Manifest, name: str, namespace: str) -> bool:
    """Tell whether a reader looks into a namespace: its own, or those that it selects."""
    selector = mapping(reader, "spec").get(f"{name}Namespace{_SELECTOR}")
    if not isinstance(selector, dict):
        return namespace == namespace_of(reader)
    return selects(selector, platform.namespace_labels(namespace))
