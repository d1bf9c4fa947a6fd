"""What the API server is told to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    AdmissionPolicies,
    AdmissionPolicy,
    ConfigurationError,
    DebugTargets,
    FixedImages,
    Namespace,
    Registries,
    UnprivilegedPods,
)
from constructs_lib.testing import find, schema_problems
from constructs_lib.workload.image import check_image
from tests.security.workloads import peer

NAMESPACES = [Namespace(name="app"), Namespace(name="logging")]
REGISTRIES = Registries(allowed=("registry.example.com/shop",))
TARGETS = DebugTargets(groups=("on-call",), workloads=(peer("web"), peer("api")))


def pattern(policy: AdmissionPolicy) -> str:
    """Return the one pattern that a policy matches names or images with."""
    (validation,) = policy.spec()["validations"]
    (found,) = re.findall(r"matches\(r'([^']*)'\)", validation["expression"])
    return str(found)


@pytest.mark.mission("B61")
@pytest.mark.parametrize(
    "policy",
    [FixedImages(), REGISTRIES, UnprivilegedPods(), TARGETS],
    ids=lambda policy: policy.name,
)
def test_policy(cluster: Chart, manifest: SnapshotAssertion, policy: AdmissionPolicy) -> None:
    AdmissionPolicies(cluster, "shop", namespaces=NAMESPACES, policies=[policy])
    assert schema_problems(cluster, "newest") == []
    assert cluster == manifest


def test_policies_of_ones_own(cluster: Chart) -> None:
    @dataclass(frozen=True)
    class NoPods:
        name: str = "no-pods"

        def spec(self) -> Mapping[str, Any]:
            return {"validations": [{"expression": "false"}]}

    AdmissionPolicies(cluster, "shop", namespaces=NAMESPACES, policies=[NoPods()])
    assert find(cluster, "ValidatingAdmissionPolicy", "shop-no-pods")["spec"] == {
        "failurePolicy": "Fail",
        "validations": [{"expression": "false"}],
    }


@pytest.mark.mission("B118")
@pytest.mark.parametrize(
    ("tag", "fixed"),
    [
        (":1.4.2", True),
        (":v1.4.2-rc.1", True),
        (":20261125", True),
        (":deadbee", True),
        (":latest@sha256:" + "2f" * 32, True),
        ("", False),
        (":latest", False),
        (":1.4", False),
        (":main", False),
        ("@sha256:2f", False),
    ],
)
def test_the_cluster_takes_the_images_that_a_container_takes(tag: str, *, fixed: bool) -> None:
    image = f"registry.example.com:5000/shop/web{tag}"
    assert bool(re.search(pattern(FixedImages()), image)) is fixed
    if fixed:
        check_image("image", image)
    else:
        with pytest.raises(ConfigurationError):
            check_image("image", image)


@pytest.mark.mission("B65")
@pytest.mark.parametrize(
    ("pod", "entered"),
    [
        ("web-79dc865786-gdzhm", True),
        ("api-canary-79dc865786-gdzhm", True),
        ("web-0", True),
        ("postgres-0", False),
        ("postgres-pooler-79dc865786-gdzhm", False),
        ("web-db-0", False),
        ("web-admin-79dc865786-gdzhm", False),
        ("my-web-79dc865786-gdzhm", False),
        ("web", False),
    ],
)
def test_pods_are_known_by_their_workload(pod: str, *, entered: bool) -> None:
    assert bool(re.search(pattern(TARGETS), pod)) is entered


def test_workloads_are_known_in_their_namespace() -> None:
    targets = DebugTargets(
        groups=("on-call",), workloads=(peer("web"), peer("collector", namespace="logging"))
    )
    (validation,) = targets.spec()["validations"]
    app, logging = validation["expression"].split(" || ")
    assert "request.namespace == 'app'" in app
    assert "'^(web)(" in app
    assert "request.namespace == 'logging'" in logging
    assert "'^(collector)(" in logging


@pytest.mark.parametrize(
    ("namespaces", "policies", "message"),
    [
        ([], [UnprivilegedPods()], r"AdmissionPolicies\.namespaces: got \[\]"),
        (NAMESPACES, [], r"AdmissionPolicies\.policies: got \[\]"),
        (NAMESPACES * 2, [UnprivilegedPods()], r"'app'; name each only once"),
        (NAMESPACES, [REGISTRIES, REGISTRIES], r"'known-registries'; name each only once"),
    ],
)
def test_fails_on_nothing_and_on_the_same_twice(
    cluster: Chart, namespaces: list[Namespace], policies: list[AdmissionPolicy], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        AdmissionPolicies(cluster, "shop", namespaces=namespaces, policies=policies)


def test_fails_in_a_chart_with_a_namespace(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match="leave the namespace out"):
        AdmissionPolicies(chart, "shop", namespaces=NAMESPACES, policies=[UnprivilegedPods()])


@pytest.mark.parametrize("group", ["", "a'] || true || ['", "a\\", "a\nb"])
def test_fails_on_a_group_that_would_end_its_expression(group: str) -> None:
    with pytest.raises(ConfigurationError, match=r"DebugTargets\.groups"):
        DebugTargets(groups=(group,), workloads=(peer("web"),))


def test_fails_without_groups_or_workloads() -> None:
    with pytest.raises(ConfigurationError, match=r"DebugTargets\.groups: got \(\)"):
        DebugTargets(groups=(), workloads=(peer("web"),))
    with pytest.raises(ConfigurationError, match=r"DebugTargets\.workloads: got \(\)"):
        DebugTargets(groups=("on-call",), workloads=())
