"""Namespaces and the Pod Security level that each enforces."""

from __future__ import annotations

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    ExistingNamespace,
    Namespace,
    PodSecurity,
    Resources,
    SecurityBaseline,
    Viewer,
)
from constructs_lib.facts import Facts, Footprint
from constructs_lib.security import SharedNamespace
from constructs_lib.testing import find, find_all, manifests, problems


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


def test_two_programs_share_a_namespace_and_no_object() -> None:
    def program(id: str, namespace: Namespace, *others: Facts) -> App:
        app = App()
        tier = ApiTier(
            Chart(app, "10", namespace="shop"),
            id,
            container=Container(image="registry.example.com/shop/api:2.0.3"),
        )
        calls = ApiTier(
            Chart(app, "20", namespace="shop"),
            f"{id}-web",
            container=Container(image="registry.example.com/shop/web:1.4.2"),
            upstreams={"API_URL": tier.endpoint},
        )
        SecurityBaseline(
            Chart(app, "00"),
            id,
            namespaces=[namespace],
            constructs=[tier, calls, *others],
        )
        return app

    room = Footprint(
        namespace="shop", pods=8, containers=(Resources(cpu="1", memory="1Gi").amounts(),)
    )
    owner = program("shop", Namespace(name="shop"), Facts(footprints=(room,)))
    other = program("orders", SharedNamespace(name="shop"))
    named = [
        {(each["kind"], each["metadata"]["name"]) for each in manifests(app)}
        for app in (owner, other)
    ]
    assert named[0] & named[1] == set()
    assert ("NetworkPolicy", "orders-web-to-orders") in named[1]
    there = ["Namespace/shop", "NetworkPolicy/shop/allow-dns"]
    assert problems(other, given=there) == []
    assert "DNS" in str(problems(other, given=there[:1]))
    alone = program("shop", Namespace(name="shop"))
    pods = [
        int(find(app, "ResourceQuota", "quota")["spec"]["hard"]["pods"]) for app in (owner, alone)
    ]
    assert pods[0] >= pods[1] + 8


def test_fails_for_a_persona_that_another_program_binds(cluster: Chart) -> None:
    with pytest.raises(ConfigurationError, match="bind it in the program that has the baseline"):
        SecurityBaseline(
            cluster,
            "orders",
            namespaces=[SharedNamespace(name="shop")],
            constructs=[],
            personas=[Viewer(groups=("shop",), namespaces=("shop",))],
        )
