"""The security baseline: its full picture, where it stands, and who takes part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Namespace,
    Port,
    SecurityBaseline,
    StorageClass,
    Viewer,
)
from constructs_lib.facts import Call, Facts, Footprint, Neighbour
from constructs_lib.manifests.platform import describe
from constructs_lib.testing import find, find_all, manifests
from tests.security.workloads import Workload, amounts, peer

APP = Namespace(name="app")
IMAGE = "registry.example.com/shop/api:2.0.3@sha256:" + "8c" * 32


def test_defaults(chart: Chart, cluster: Chart, manifest: SnapshotAssertion) -> None:
    api = ApiTier(chart, "api", container=Container(image=IMAGE))
    SecurityBaseline(
        cluster,
        "baseline",
        namespaces=[APP, Namespace(name="monitoring"), Namespace(name="logging")],
        constructs=[api],
        storage=[StorageClass(name="fast", provisioner="ebs.csi.aws.com")],
    )
    assert cluster == manifest


@pytest.mark.mission("B4")
def test_a_namespace_more_brings_its_own_objects_and_changes_no_other() -> None:
    def made(*namespaces: str) -> dict[str, dict[str, Any]]:
        cluster = Chart(App(), "cluster")
        viewer = Viewer(groups=("viewers",), namespaces=namespaces)
        SecurityBaseline(
            cluster,
            "baseline",
            namespaces=[Namespace(name=name) for name in namespaces],
            constructs=[],
            personas=[viewer],
        )
        return {describe(each): each for each in manifests(cluster)}

    before, after = made("app"), made("app", "logging")
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {
        "LimitRange logging/limits",
        "Namespace logging",
        "NetworkPolicy logging/allow-dns",
        "NetworkPolicy logging/default-deny",
        "ResourceQuota logging/quota",
        "RoleBinding logging/viewer",
        "ServiceAccount logging/default",
    }


@pytest.mark.mission("B4")
@pytest.mark.mission("B54")
def test_workload_of_ones_own_takes_part(chart: Chart, cluster: Chart) -> None:
    api = ApiTier(chart, "api", container=Container(image=IMAGE))
    importer = peer("importer", ports=(Port(name="metrics", number=9100),))
    own = Workload(
        facts=Facts(
            peers=(importer,),
            calls=(Call(source=importer, target=api.peer, port="http"),),
            footprints=(
                Footprint(namespace="app", pods=2, containers=(amounts(cpu="10", cpu_limit="10"),)),
            ),
        )
    )
    SecurityBaseline(cluster, "baseline", namespaces=[APP], constructs=[api, own])
    policies = {policy["metadata"]["name"] for policy in find_all(cluster, "NetworkPolicy")}
    assert {"importer-to-api", "api-from-importer"} <= policies
    hard = find(cluster, "ResourceQuota", "quota")["spec"]["hard"]
    # 23 pods of the tier and 2 of the importer, and a fifth more.
    assert hard["pods"] == "30"
    assert hard["requests.cpu"] == "30900m"


def test_fails_in_a_chart_with_a_namespace(chart: Chart) -> None:
    with pytest.raises(
        ConfigurationError, match=r"Chart\.namespace: got 'app'; leave the namespace out"
    ):
        SecurityBaseline(chart, "baseline", namespaces=[APP], constructs=[])


def test_fails_twice_in_one_app(cluster: Chart) -> None:
    SecurityBaseline(cluster, "baseline", namespaces=[APP], constructs=[])
    with pytest.raises(ConfigurationError, match=r"Namespace\.name: got 'app'; choose another"):
        SecurityBaseline(cluster, "other", namespaces=[APP], constructs=[])


def test_fails_with_two_neighbours_of_one_name(cluster: Chart) -> None:
    """Such as two controllers of one kind, in namespaces of their own."""
    called = peer("web", ports=(Port(name="http", number=8080),))
    controllers = [
        Neighbour(name="ingress-controller", namespace=each, selector={"app": "nginx"})
        for each in ("nginx-public", "nginx-internal")
    ]
    calls = tuple(Call(source=each, target=called, port="http") for each in controllers)
    own = Workload(facts=Facts(peers=(called,), calls=calls))
    says = r"Neighbour\.name: got 'ingress-controller'; give ends that differ different names"
    with pytest.raises(ConfigurationError, match=says):
        SecurityBaseline(cluster, "baseline", namespaces=[APP], constructs=[own])


def test_fails_with_policies_of_one_name(cluster: Chart) -> None:
    source = peer("a")
    one = peer("b-to-c", ports=(Port(name="http", number=8080),))
    other = replace(one, name="c")
    middle = peer("a-to-b")
    own = Workload(
        facts=Facts(
            peers=(source, one, other, middle),
            calls=(
                Call(source=source, target=one, port="http"),
                Call(source=middle, target=other, port="http"),
            ),
        )
    )
    with pytest.raises(ConfigurationError, match=r"'a-to-b-to-c'; .* two policies in app"):
        SecurityBaseline(cluster, "baseline", namespaces=[APP], constructs=[own])
