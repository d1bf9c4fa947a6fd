"""A server-side apply tells items apart by all of their keys, and knows who said what."""

from __future__ import annotations

import pytest

from constructs_lib.changes import Changes, Deploys, Verdict, changes
from constructs_lib.changes.server_side import merged_by_server
from constructs_lib.changes.trees import Tree
from constructs_lib.changes.types import type_of_object
from tests.changes.cases import Object, patched, world

SHOP, GOSSIP = world()["Deployment shop"], world()["Service gossip"]
KIND = type_of_object(SHOP)


def told(before: Object, after: Object) -> Changes:
    return changes([before], [after], deploys=Deploys.SERVER_SIDE)


def test_two_protocols_on_a_number_are_two_ports() -> None:
    one = patched(GOSSIP, {"spec": {"ports": {"udp": None}}})
    assert changes([one], [GOSSIP]).worst is Verdict.CUTS_OFF
    assert told(one, GOSSIP).worst is Verdict.HARMLESS
    renamed = patched(GOSSIP, {"spec": {"ports": {"udp": {"name": "datagrams"}}}})
    assert changes([GOSSIP], [renamed]).worst is Verdict.CUTS_OFF
    assert told(GOSSIP, renamed).worst is Verdict.HARMLESS


def test_two_items_with_the_same_keys_are_refused() -> None:
    ports = [*GOSSIP["spec"]["ports"], {**GOSSIP["spec"]["ports"][0], "name": "again"}]
    (change,) = told(GOSSIP, patched(GOSSIP, {"spec": {"ports": ports}})).changes
    assert change.findings[0].why == "two items have the same port and protocol"


def test_what_others_said_stays_and_what_the_file_said_goes() -> None:
    before = patched(SHOP, {"metadata": {"labels": {"ours": "1"}}})
    others = {
        "metadata": {"labels": {"theirs": "2"}},
        "spec": {"template": {"spec": {"containers": {"sidecar": {"image": "x"}}}}},
    }
    live = patched(before, others)
    after = patched(SHOP, {"spec": {"template": {"spec": {"volumes": None}}}})
    now = merged_by_server(before, after, live, KIND)
    assert now["metadata"]["labels"] == {"app": "shop", "theirs": "2"}
    pod = now["spec"]["template"]["spec"]
    assert "volumes" not in pod
    assert [each["name"] for each in pod["containers"]] == ["server", "sidecar"]


def test_a_list_without_keys_is_the_one_of_the_file() -> None:
    container = {"args": ["--other"], "env": {"MODE": None}}
    after = patched(SHOP, {"spec": {"template": {"spec": {"containers": {"server": container}}}}})
    now = merged_by_server(SHOP, after, SHOP, KIND)["spec"]["template"]["spec"]["containers"][0]
    assert now["args"] == ["--other"]
    assert [each["name"] for each in now["env"]] == ["REGION", "KEY"]


def lives(manifest: Object, managed: Object) -> Tree:
    """Return an object that lives, with who says which of its fields."""
    metadata = {"managedFields": [managed], "uid": "1"}
    return Tree("live", [patched(manifest, {"metadata": metadata})], {}, live=True)


def said_by(manager: str, fields: Object, operation: str = "Update") -> Object:
    return {"manager": manager, "operation": operation, "fieldsV1": fields}


CONTAINER = 'k:{"name":"server"}'
REPLICAS: Object = {"f:spec": {"f:replicas": {}}}
SCALED = said_by("kube-controller-manager", REPLICAS)
IMAGE: Object = {
    "f:spec": {"f:template": {"f:spec": {"f:containers": {CONTAINER: {"f:image": {}}}}}}
}


@pytest.mark.parametrize(
    ("managed", "patch", "conflicts"),
    [
        pytest.param(
            SCALED, {"replicas": 4}, {"spec.replicas": "kube-controller-manager"}, id="other"
        ),
        pytest.param(SCALED, {"replicas": None}, {}, id="left out"),
        pytest.param(SCALED, {"replicas": 3}, {}, id="the same"),
        pytest.param(
            said_by("kubectl", SCALED["fieldsV1"], "Apply"), {"replicas": 4}, {}, id="ours"
        ),
        pytest.param(
            said_by("kubectl-client-side-apply", SCALED["fieldsV1"]),
            {"replicas": 4},
            {},
            id="taken over",
        ),
        pytest.param(
            said_by("kubectl-set", IMAGE),
            {"template": {"spec": {"containers": {"server": {"image": "other:1"}}}}},
            {"spec.template.spec.containers[server].image": "kubectl-set"},
            id="an item of a list",
        ),
        pytest.param(
            said_by("kubectl-set", IMAGE),
            {"template": {"spec": {"containers": {"server": {"args": ["--more"]}}}}},
            {},
            id="another field of the item",
        ),
    ],
)
def test_who_says_a_field_is_known_from_its_managed_fields(
    managed: Object, patch: Object, conflicts: dict[str, str]
) -> None:
    after = patched(SHOP, {"spec": patch})
    found = changes(lives(SHOP, managed), [after], deploys=Deploys.SERVER_SIDE)
    told = {
        field.path: finding.why.partition(" ")[0]
        for change in found.changes
        for finding in change.findings
        if finding.rule == "conflict"
        for field in finding.fields
    }
    assert told == conflicts


def test_what_the_last_apply_said_is_known_from_its_managed_fields() -> None:
    labels = patched(SHOP, {"metadata": {"labels": {"ours": "1", "theirs": "2"}}})
    ours: Object = {"f:metadata": {"f:labels": {"f:app": {}, "f:ours": {}}}, "f:spec": {}}
    managed = said_by("kubectl", ours, "Apply")
    (change,) = changes(lives(labels, managed), [SHOP], deploys=Deploys.SERVER_SIDE).changes
    written = [f.path for finding in change.findings for f in finding.fields]
    # What the file says no more goes, and what somebody else said stays.
    assert "metadata.labels.ours" not in written
    assert written == ["metadata.labels.theirs"]
