"""What the API server is told to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from cdk8s import ApiObject, Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import AdmissionPolicies, ConfigurationError, Namespace
from constructs_lib.pods.image import check_image
from constructs_lib.security import (
    AdmissionPolicy,
    DebugTargets,
    FixedImages,
    KnownAgents,
    Registries,
    UnprivilegedPods,
)
from constructs_lib.testing import find, schema_problems
from tests.security.cel import admits
from tests.security.workloads import peer

NAMESPACES = [Namespace(name="app"), Namespace(name="logging")]
REGISTRIES = Registries(allowed=("registry.example.com/shop",))
TARGETS = DebugTargets(groups=("on-call",), workloads=(peer("web"), peer("api")))


IMAGE = "registry.example.com/shop/web:1.4.2"


def pod(image: str = IMAGE, *, beside: str = "", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a pod with fields of its container, or of another one beside it."""
    container = {"name": "app", "image": image}
    if not beside:
        return {"spec": {"containers": [{**container, **fields}]}}
    other = {"name": "other", "image": image, **fields}
    return {"spec": {"containers": [{**container, "image": IMAGE}], beside: [other]}}


def entering(name: str, *, namespace: str = "app", group: str = "on-call") -> dict[str, Any]:
    """Return the request of somebody who runs a command in a pod."""
    return {"name": name, "namespace": namespace, "userInfo": {"groups": ["all", group]}}


@pytest.mark.parametrize(
    "policy",
    [FixedImages(), REGISTRIES, UnprivilegedPods(), TARGETS],
    ids=lambda policy: policy.name,
)
def test_policy(cluster: Chart, manifest: SnapshotAssertion, policy: AdmissionPolicy) -> None:
    AdmissionPolicies(cluster, "shop", namespaces=NAMESPACES, policies=[policy])
    assert schema_problems(cluster, "newest") == []
    assert cluster == manifest


@pytest.mark.parametrize("kind", ["Deployment", None])
def test_agents_are_daemon_sets(cluster: Chart, kind: str | None) -> None:
    made = [] if kind is None else [ApiObject(cluster, "other", api_version="apps/v1", kind=kind)]
    with pytest.raises(ConfigurationError, match=r"KnownAgents\.daemon_sets"):
        KnownAgents(daemon_sets=made)


def test_policies_of_ones_own(cluster: Chart) -> None:
    @dataclass(frozen=True)
    class NoPods:
        name: str = "no-pods"

        def spec(self) -> Mapping[str, Any]:
            rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
            return {
                "matchConstraints": {"resourceRules": [{**rule, "operations": ["CREATE"]}]},
                "validations": [{"expression": "false"}],
            }

    AdmissionPolicies(cluster, "shop", namespaces=NAMESPACES, policies=[NoPods()])
    spec = find(cluster, "ValidatingAdmissionPolicy", "shop-no-pods")["spec"]
    assert (spec["failurePolicy"], spec["validations"]) == ("Fail", [{"expression": "false"}])
    assert spec["matchConstraints"] == {
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "resourceRules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["pods"],
                "scope": "*",
            }
        ],
    }


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
    assert admits(FixedImages().spec(), pod(image)) is fixed
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
    assert admits(TARGETS.spec(), request=entering(pod)) is entered
    assert admits(TARGETS.spec(), request=entering(pod, group="operators"))


@pytest.mark.parametrize(("namespace", "pod"), [("app", "web-0"), ("logging", "collector-0")])
def test_workloads_are_known_in_their_namespace(namespace: str, pod: str) -> None:
    spec = DebugTargets(
        groups=("on-call",), workloads=(peer("web"), peer("collector", namespace="logging"))
    ).spec()
    other = {"app": "logging", "logging": "app"}[namespace]
    assert admits(spec, request=entering(pod, namespace=namespace))
    assert not admits(spec, request=entering(pod, namespace=other))


@pytest.mark.parametrize("beside", ["", "initContainers", "ephemeralContainers"])
@pytest.mark.parametrize(
    ("policy", "image"),
    [
        (FixedImages(), "registry.example.com/shop/web:latest"),
        (REGISTRIES, "registry.example.com/other/web:1.4.2"),
        (REGISTRIES, "registry.example.com/shopping/web:1.4.2"),
        (REGISTRIES, "registry.example.com.example.org/shop/web:1.4.2"),
        (REGISTRIES, "web:1.4.2"),
    ],
)
def test_no_container_brings_another_image(
    policy: AdmissionPolicy, image: str, beside: str
) -> None:
    assert admits(policy.spec(), pod(beside=beside))
    assert not admits(policy.spec(), pod(image, beside=beside))
    assert not admits(policy.spec(), pod(image, beside=beside), before=pod())
    assert admits(policy.spec(), pod(image), before=pod(image)), "what runs can be ended"


@pytest.mark.mission("B61")
@pytest.mark.parametrize("beside", ["", "initContainers", "ephemeralContainers"])
def test_no_container_is_privileged(beside: str) -> None:
    def allowed(context: dict[str, bool]) -> bool:
        return admits(UnprivilegedPods().spec(), pod(beside=beside, securityContext=context))

    assert not allowed({"privileged": True})
    assert allowed({"privileged": False})
    assert allowed({})


@pytest.mark.mission("B61")
@pytest.mark.parametrize("field", ["hostNetwork", "hostPID", "hostIPC"])
def test_no_pod_shares_its_node(field: str) -> None:
    spec = UnprivilegedPods().spec()
    for shared in (True, False):
        assert admits(spec, {"spec": {**pod()["spec"], field: shared}}) is not shared


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
