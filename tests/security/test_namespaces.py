"""Namespaces and the Pod Security level that each enforces."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart

from constructs_lib import ExistingNamespace, Namespace, PodSecurity, SecurityBaseline
from constructs_lib.testing import find, find_all, problems


@pytest.mark.mission("B4")
@pytest.mark.mission("B61")
@pytest.mark.parametrize("level", list(PodSecurity))
def test_pod_security_level(cluster: Chart, level: PodSecurity) -> None:
    namespace = Namespace(name="app", pod_security=level)
    SecurityBaseline(cluster, "baseline", namespaces=[namespace], constructs=[])
    assert find(cluster, "Namespace", "app") == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "app",
            "labels": {
                "pod-security.kubernetes.io/enforce": level.value,
                "pod-security.kubernetes.io/enforce-version": "v1.27",
                "pod-security.kubernetes.io/audit": level.value,
                "pod-security.kubernetes.io/audit-version": "latest",
                "pod-security.kubernetes.io/warn": level.value,
                "pod-security.kubernetes.io/warn-version": "latest",
            },
        },
    }


def test_pods_are_restricted_unless_told() -> None:
    assert Namespace(name="app").pod_security is PodSecurity.RESTRICTED


@pytest.mark.mission("B61")
def test_pods_that_name_no_account_have_no_token(cluster: Chart) -> None:
    namespaces = [Namespace(name="app"), Namespace(name="monitoring")]
    SecurityBaseline(cluster, "baseline", namespaces=namespaces, constructs=[])
    made = find_all(cluster, "ServiceAccount")
    assert [(each["metadata"]["namespace"], each["metadata"]["name"]) for each in made] == [
        ("app", "default"),
        ("monitoring", "default"),
    ]
    assert all(each["automountServiceAccountToken"] is False for each in made)


def test_a_namespace_that_is_there_gets_all_but_the_object(app: App) -> None:
    made = [Namespace(name="shop"), ExistingNamespace(name="old")]
    SecurityBaseline(Chart(app, "cluster"), "baseline", namespaces=made, constructs=[])
    assert [each["metadata"]["name"] for each in find_all(app, "Namespace")] == ["shop"]
    for kind in ("ResourceQuota", "LimitRange"):
        places = {each["metadata"]["namespace"] for each in find_all(app, kind)}
        assert places == {"shop", "old"}
    assert problems(app, given=["Namespace/old"]) == []
    assert "old" in str(problems(app)[0])
