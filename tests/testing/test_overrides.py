"""What an override takes beyond what its construct says is found before it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from constructs_lib import (
    ApiTier,
    Container,
    Namespace,
    PostgresCluster,
    SecurityBaseline,
    override,
)
from constructs_lib.testing import problems
from tests.postgres.ends import FAST, SCRATCH, cluster

TEMPLATE = "/spec/template/spec"
AMOUNTS = {"cpu": "2", "memory": "8Gi", "ephemeral-storage": "8Gi"}
RESOURCES = {"requests": AMOUNTS, "limits": AMOUNTS}
BESIDE: dict[str, Any] = {
    "name": "beside",
    "image": "registry.example.com/beside:1.0.0",
    "resources": RESOURCES,
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Small:
    """A tier and a database on their ground."""

    app: App
    api: ApiTier
    postgres: PostgresCluster

    def found(self) -> set[str]:
        """Return the invariants that are violated."""
        return {problem.invariant for problem in problems(self.app)}


@pytest.fixture
def small(app: App, chart: Chart) -> Small:
    image = "registry.example.com/api:2.0.3"
    api, postgres = ApiTier(chart, "api", container=Container(image=image)), cluster(chart)
    SecurityBaseline(
        Chart(app, "cluster"),
        "baseline",
        namespaces=[Namespace(name="app")],
        constructs=[api, postgres],
        storage=[FAST, SCRATCH],
    )
    return Small(app=app, api=api, postgres=postgres)


def beside(path: str, **changes: Any) -> JsonPatch:  # noqa: ANN401
    return JsonPatch.add(path, {**BESIDE, **changes})


def test_the_ground_fits_what_nobody_overrides(small: Small) -> None:
    assert small.found() == set()


@pytest.mark.parametrize(
    ("target", "change", "found_by"),
    [
        pytest.param(
            lambda small: small.api.deployment,
            beside(f"{TEMPLATE}/containers/-"),
            "quotas_fit_the_worst_moment",
            id="a sidecar of a tier",
        ),
        pytest.param(
            lambda small: small.postgres.stateful_set,
            beside(f"{TEMPLATE}/containers/-"),
            "quotas_fit_the_worst_moment",
            id="a sidecar of a database",
        ),
        pytest.param(
            lambda small: small.api.deployment,
            beside(f"{TEMPLATE}/containers/-", resources=None),
            "containers_say_what_they_need",
            id="a sidecar that says no amounts",
        ),
        pytest.param(
            lambda small: small.api.deployment,
            JsonPatch.add(f"{TEMPLATE}/initContainers", [{**BESIDE, "securityContext": {}}]),
            "pods_fit_the_level_of_their_namespace",
            id="an init container without hardening",
        ),
        pytest.param(
            lambda small: small.api.deployment,
            beside(f"{TEMPLATE}/containers/-", image="registry.example.com/beside:latest"),
            "images_are_pinned",
            id="an image that may change",
        ),
        pytest.param(
            lambda small: small.postgres.deployments[0],
            JsonPatch.replace(f"{TEMPLATE}/containers/0/resources", RESOURCES),
            "quotas_fit_the_worst_moment",
            id="larger amounts",
        ),
        pytest.param(
            lambda small: small.api.autoscalers[0],
            JsonPatch.replace("/spec/maxReplicas", 40),
            "quotas_fit_the_worst_moment",
            id="more replicas",
        ),
        pytest.param(
            lambda small: small.postgres.cron_jobs[0],
            JsonPatch.add("/spec/jobTemplate/spec/parallelism", 100),
            "quotas_fit_the_worst_moment",
            id="more pods of a job",
        ),
        pytest.param(
            lambda small: small.postgres.stateful_set,
            JsonPatch.replace(
                "/spec/volumeClaimTemplates/0/spec/resources/requests/storage", "9Ti"
            ),
            "quotas_fit_the_worst_moment",
            id="larger volumes",
        ),
        pytest.param(
            lambda small: small.api.services[0],
            JsonPatch.add("/spec/selector/track", "other"),
            "services_select_pods",
            id="labels that no pod has",
        ),
    ],
)
def test_it_is_found(
    small: Small, target: Callable[[Small], ApiObject], change: JsonPatch, found_by: str
) -> None:
    override(target(small), change)
    assert found_by in small.found()
