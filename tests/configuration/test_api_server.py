"""What `constructs_lib.changes` says of an apply is what Kubernetes' own code makes of it.

`python -m tests.configuration.test_api_server` writes the two tables that are made of that code. Of
the fields that may not change three versions are asked, each of which takes minutes to be built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.changes.decoding import decoded
from constructs_lib.changes.differences import differences
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.refusals import refusals
from constructs_lib.changes.types import type_of_object
from constructs_lib.manifests.files import read
from constructs_lib.manifests.platform import Platform
from tests.changes import mutations, type_table
from tests.changes.cases import cases, world
from tests.configuration.programs.api_server import OTHERS, VERSION, ask, types
from tests.configuration.programs.golang import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=str(missing()))
ROOT = Path(__file__).parents[2]
Object = dict[str, Any]
# Handed out or kept by controllers, gates that are off, and what a strategy takes away in silence.
_NOT_OURS = (
    *("spec.clusterIP", "spec.healthCheckNodePort", "spec.ipFamil", "secrets", "status"),
    *("metadata.creationTimestamp", "metadata.generation", "metadata.resourceVersion"),
    *("metadata.uid", "metadata.annotations.deprecated", "spec.nodeAllocatableUpdatePeriod"),
    "spec.updateStrategy.rollingUpdate.maxUnavailable",
)
# Only a claim that is bound may grow, and nobody binds one here; families of addresses are chosen.
_DEPENDS = {
    ("Service", "spec.ipFamilyPolicy"),
    ("Service", "spec.ipFamilies.0"),
    ("PersistentVolumeClaim", "spec.volumeName"),
    ("PersistentVolumeClaim", "spec.volumeAttributesClassName"),
    ("PersistentVolumeClaim", "spec.resources.requests.storage"),
    ("ServiceAccount", "secrets.0.name"),
}


def test_the_types_are_those_of_kubernetes() -> None:
    assert type_table.TABLE.read_text() == type_table.written(types())


def test_the_refused_fields_are_those_that_it_refuses() -> None:
    committed = mutations.of_version(json.loads(mutations.TABLE.read_text()), _minor(VERSION))
    assert committed == mutations.table(ask)


def test_cases_are_refused_changed_and_stored_alike() -> None:
    disagreements = list(_disagreements([*_of_cases(), *_applied_again()]))
    assert disagreements == []


def test_mutants_are_refused_and_changed_alike() -> None:
    made = [each for sample in mutations.samples() for each in mutations.mutations(sample)]
    alone = ask([{"before": None, "after": each.after} for each in made])
    valid = [each for each, answer in zip(made, alone, strict=True) if answer["accepted"]]
    assert len(valid) > 4000
    pairs = [
        (each.before, each.after)
        for each in valid
        # Nobody writes an object without its spec.
        if each.path != ("spec",)
        and (each.before["kind"], ".".join(map(str, each.path))) not in _DEPENDS
    ]
    assert list(_disagreements(pairs)) == []


def test_what_is_refused_alone_is_known_mostly_and_nothing_else() -> None:
    shop = world()["Deployment shop"]
    made = [each for sample in mutations.samples() for each in mutations.mutations(sample)]
    made += mutations.mutations(shop, left_out=mutations.NOT_APPLIED)
    answers = ask([{"before": None, "after": each.after} for each in made])
    agreed = invalid = 0
    for mutation, answer in zip(made, answers, strict=True):
        ours = list(refusals(Pair(None, mutation.after), Platform([])))
        # The program chooses the families of addresses, whatever is asked for.
        if mutation.path != ("spec", "ipFamilyPolicy"):
            assert not (ours and answer["accepted"]), (mutation.path, ours)
        invalid += not answer["accepted"]
        agreed += bool(ours) and not answer["accepted"]
    assert invalid > 5000
    assert agreed / invalid > 0.8


def _of_cases() -> Iterator[tuple[Object, Object]]:
    for case in cases():
        before = {ObjectKey.of(each): each for each in case.before}
        for after in case.after:
            was = before.get(ObjectKey.of(after))
            # A claim is bound or not, which a case leaves open.
            if was is None or was == after or after["kind"] == "PersistentVolumeClaim":
                continue
            # An autoscaler may go to zero since 1.37, and that code is of an older one. The first
            # family of a Service is compared where addresses are handed out.
            was_first, first = (each.get("spec", {}).get("ipFamilies") for each in (was, after))
            if after.get("spec", {}).get("minReplicas") != 0 and was_first == first:
                yield was, after


def _applied_again() -> Iterator[tuple[Object, Object]]:
    for manifest in read(ROOT / "dist"):
        yield dict(manifest), dict(manifest)


def _disagreements(pairs: Sequence[tuple[Object, Object]]) -> Iterator[str]:
    answers = ask([{"before": before, "after": after} for before, after in pairs])
    for (before, after), answer in zip(pairs, answers, strict=True):
        message = answer.get("message", "")
        # What is served is judged with all other objects.
        if answer.get("unknown") or message.startswith(("before: ", "no kind ")):
            continue
        pair = Pair(before, after)
        ours = [each.why for each in refusals(pair, Platform([]))]
        if bool(ours) == answer["accepted"]:
            yield f"{pair}: ours {ours}, theirs {message}"
        elif answer["accepted"]:
            yield from (f"{pair}: {each}" for each in _differences(pair, answer))


def _differences(pair: Pair, answer: dict[str, Any]) -> Iterator[str]:
    fields = [each for each in pair.fields if not each.path.startswith(_NOT_OURS)]
    if answer.get("unchanged") and fields:
        yield f"theirs is unchanged, ours has {fields}"
    kind = type_of_object(pair.manifest)
    if kind is None or pair.kind in {"Job.batch", "Service"}:
        # Their controllers' labels, and addresses that this has none to hand out for.
        return
    for each in differences(decoded(pair.now, kind), decoded(_bare(answer["after"]), kind)):
        if not each.path.startswith(_NOT_OURS):
            yield f"stored otherwise: {each}"


def _bare(manifest: Object) -> Object:
    metadata = {k: v for k, v in manifest["metadata"].items() if k != "managedFields"}
    return {**manifest, "metadata": metadata}


def _minor(version: str) -> str:
    return version.rpartition(".")[0]


def main() -> None:
    """Write the tables."""
    type_table.TABLE.write_text(type_table.written(types()))
    tables = {
        _minor(version): mutations.table(partial(ask, version=version))
        for version in sorted((VERSION, *OTHERS))
    }
    mutations.TABLE.write_text(mutations.written(mutations.columns(tables, _minor(VERSION))))


if __name__ == "__main__":
    main()
