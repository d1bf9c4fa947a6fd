"""A server-side apply tells items apart by all of their keys, and knows who said what."""

from __future__ import annotations

from constructs_lib.changes import Changes, Deploys, Verdict, changes
from constructs_lib.changes.server_side import merged_by_server
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
