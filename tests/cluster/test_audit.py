"""What the accounts of the platform ask of the API server: nothing in vain, and all they may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.rights import ELSEWHERE, rights
from constructs_lib.testing import find_all
from tests.cluster import machine
from tests.cluster.jobs import succeeds
from tests.platform.shop import Shop

# What is refused in normal running, and why that is so.
_REFUSED = {
    # Filebeat looks there for the name of the cluster, and goes on without it.
    ("node-agents:filebeat", "get configmaps in kube-system REFUSED"),
}
# What is allowed and is not asked for, and why it stays.
_UNUSED = {
    # The kubelets ask by an access review whether it may.
    ("monitoring:prometheus", "get", "nodes/metrics"),
    # For its own pod, where it is not told its node.
    ("node-agents:filebeat", "get", "pods"),
}


@pytest.mark.mission("B58")
@pytest.mark.mission("B61")
@pytest.mark.needs("audit")
def test_no_call_is_refused_and_no_rule_is_for_nothing(
    shop: Shop, figure: dict[str, object]
) -> None:
    assert succeeds("configuration-backup", namespace="monitoring")
    accounts = {
        f"{each['metadata']['namespace']}:{each['metadata']['name']}"
        for each in find_all(shop.core, "ServiceAccount")
    }
    asked = [(who, what) for who, what in machine.asked() if who in accounts]
    refused = {call for call in asked if call[1].endswith("REFUSED")}
    used = {(who, *what.split()[:2]) for who, what in asked}
    rules = set(_rules(shop, accounts))
    # Where the API server streams, a list is the beginning of a watch.
    streamed = {(who, "list", kind) for who, verb, kind in used if verb == "watch"}
    figure.update(what="calls of accounts", kinds=len(asked), rules=len(rules))
    assert refused <= _REFUSED
    assert rules - used - streamed == _UNUSED


def _rules(shop: Shop, accounts: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield who may do what with what kind of object, wherever, by roles of the platform."""
    for holder, given in rights(Platform(shop.core)).items():
        who = holder.name.replace("/", ":")
        if holder.kind == "ServiceAccount" and who in accounts:
            for each in given:
                if each.group != ELSEWHERE:
                    name, *below = each.resource.split("/")
                    kind = f"{name}.{each.group}" if each.group else name
                    yield who, each.verb, "/".join((kind, *below))
