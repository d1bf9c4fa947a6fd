"""Who may do what: people in their namespaces, and just the pods that call the API server."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.facts.rbac import READ
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.testing import find, find_all
from environments import PRODUCTION
from main import AGENTS, APP, NAMESPACES
from tests.platform.shop import Shop

Account = tuple[str, str]
# What every cluster has from the start.
BUILT_IN = {"system:auth-delegator", "extension-apiserver-authentication-reader"}


def _bindings(shop: Shop) -> list[dict[str, Any]]:
    return [*find_all(shop.core, "RoleBinding"), *find_all(shop.core, "ClusterRoleBinding")]


def _bound_accounts(shop: Shop) -> set[Account]:
    return {
        (subject["namespace"], subject["name"])
        for binding in _bindings(shop)
        for subject in binding["subjects"]
        if subject["kind"] == "ServiceAccount" and subject["namespace"] != "kube-system"
    }


def _account(workload: WorkloadManifest) -> Account:
    return workload.namespace, workload.pod["serviceAccountName"]


def _has_token(workload: WorkloadManifest) -> bool:
    return any(
        "serviceAccountToken" in source
        for volume in workload.pod.get("volumes", [])
        for source in volume.get("projected", {}).get("sources", [])
    )


@pytest.mark.mission("B58")
@pytest.mark.mission("B60")
def test_whoever_is_bound_has_a_token_and_nobody_else(shop: Shop) -> None:
    with_token = {_account(each) for each in Platform(shop.core).workloads if _has_token(each)}
    assert with_token == _bound_accounts(shop)
    accounts = find_all(shop.core, "ServiceAccount")
    made = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in accounts}
    assert with_token < made, "most accounts may do nothing"


@pytest.mark.mission("B59")
@pytest.mark.mission("B60")
def test_every_role_is_bound_and_every_binding_has_its_role(shop: Shop) -> None:
    bound = {
        (role["kind"], binding["metadata"].get("namespace", ""), role["name"])
        if role["kind"] == "Role"
        else (role["kind"], "", role["name"])
        for binding in _bindings(shop)
        if (role := binding["roleRef"])["name"] not in BUILT_IN
    }
    made = {
        (role["kind"], role["metadata"].get("namespace", ""), role["metadata"]["name"])
        for kind in ("Role", "ClusterRole")
        for role in find_all(shop.core, kind)
    }
    assert bound == made


@pytest.mark.mission("B59")
def test_no_pod_may_change_what_is_not_its_own(shop: Shop) -> None:
    """Pods that write to the API server do so in their namespace; in all of them they only look."""
    everywhere = [
        find(shop.core, "ClusterRole", binding["roleRef"]["name"])
        for binding in find_all(shop.core, "ClusterRoleBinding")
        if binding["roleRef"]["name"] not in BUILT_IN
    ]
    assert everywhere
    for role in everywhere:
        for rule in role["rules"]:
            asks_only = {"subjectaccessreviews", "tokenreviews"} >= set(rule.get("resources", ()))
            assert asks_only or set(rule["verbs"]) <= set(READ), role["metadata"]["name"]


@pytest.mark.mission("B59")
def test_what_people_may_change(shop: Shop) -> None:
    changed = {
        role["metadata"]["name"]: sorted(
            resource
            for rule in role["rules"]
            if not set(rule["verbs"]) <= set(READ)
            for resource in rule["resources"]
        )
        for role in find_all(shop.core, "ClusterRole")
        if role["metadata"]["name"].startswith("baseline-")
    }
    assert changed["baseline-viewer"] == []
    assert "pods/exec" not in changed["baseline-developer"]
    for resources in changed.values():
        assert not {"secrets", "roles", "rolebindings", "networkpolicies"} & set(resources)


@pytest.mark.mission("B60")
def test_groups_have_their_parts_in_their_namespaces(shop: Shop) -> None:
    parts = {
        (binding["metadata"]["namespace"], binding["roleRef"]["name"]): {
            subject["name"] for subject in binding["subjects"]
        }
        for binding in find_all(shop.core, "RoleBinding")
        if {subject["kind"] for subject in binding["subjects"]} == {"Group"}
    }
    groups = PRODUCTION.groups
    assert parts == {
        **{
            (each.name, "baseline-viewer"): {groups.viewers, groups.operators}
            for each in NAMESPACES
        },
        # Pods of the agents may be root on their nodes.
        **{
            (each.name, "baseline-operator"): {groups.operators}
            for each in NAMESPACES
            if each is not AGENTS
        },
        (APP.name, "baseline-developer"): {groups.developers},
        (APP.name, "baseline-debugger"): {groups.on_call},
    }
    # No person has a part that reaches over all namespaces.
    everywhere = find_all(shop.core, "ClusterRoleBinding")
    assert {s["kind"] for each in everywhere for s in each["subjects"]} == {"ServiceAccount"}
