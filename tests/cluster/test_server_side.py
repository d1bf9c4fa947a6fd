"""What `changes` says of a server-side apply is what an API server makes of it.

An API server alone will do: no controller has to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.changes import Deploys, Outcome, changes
from constructs_lib.changes.decoding import decoded, pruned
from constructs_lib.changes.differences import differences
from constructs_lib.changes.objects import ObjectKey, Pair
from constructs_lib.changes.server_side import merged_by_server
from constructs_lib.changes.types import type_of_object
from tests.changes.cases import Case, cases
from tests.cluster.refused import Server, served

Object = dict[str, Any]
# Handed out by the API server, or kept by it alone.
_NOT_OURS = (
    *("metadata.", "spec.clusterIP", "spec.ipFamil", "spec.healthCheckNodePort", "status"),
    *("spec.selector", "spec.template.metadata.labels", "spec.ports"),
)

# Of these it fills in more than `changes` has to know.
_FILLED_IN = {"CustomResourceDefinition", "Job", "Pod", "ValidatingWebhookConfiguration"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as found:
        yield found


def pairs() -> Iterator[tuple[Case, Object, Object]]:
    for case in cases():
        before = {ObjectKey.of(each): each for each in case.before}
        for after in case.after:
            was = before.get(ObjectKey.of(after))
            # Claims have to be bound for that, and custom resources need their definition.
            others = {"Gadget", "Namespace", "PersistentVolumeClaim", "Certificate", "APIService"}
            if was is not None and was != after and after["kind"] not in others:
                yield case, was, after


PAIRS = [(c, b, a) for c, b, a in pairs() if type_of_object(a)]


@pytest.mark.parametrize(("case", "before", "after"), PAIRS, ids=[p[0].says for p in PAIRS])
def test_a_server_side_apply_is_told(
    server: Server, case: Case, before: Object, after: Object
) -> None:
    accepted, lives = server.applied_twice(before, after)
    versions = server.version, server.version
    told = changes([before], [after], deploys=Deploys.SERVER_SIDE, versions=versions).changes
    refused = any(each.outcome is Outcome.REFUSED for each in told)
    assert refused is not accepted, lives
    if accepted and after["kind"] not in _FILLED_IN:
        kind = type_of_object(after)
        assert kind is not None
        now = Pair(before, after, merge=merged_by_server).now
        found = differences(decoded(now, kind), decoded(pruned(lives, kind), kind))
        assert [each for each in found if not each.path.startswith(_NOT_OURS)] == []
