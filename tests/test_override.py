"""The way out changes any field, and nothing else."""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterable

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    Objects,
    PostgresCluster,
    override,
)
from constructs_lib.labels import Identity
from constructs_lib.pods.job import job
from constructs_lib.pods.pod import Pod
from constructs_lib.testing import find, manifests
from tests.postgres.ends import cluster

SPEC = "/spec/template/spec"
HOST_USERS = JsonPatch.add(f"{SPEC}/hostUsers", value=False)


@pytest.fixture
def api(chart: Chart) -> ApiTier:
    return ApiTier(chart, "api", container=Container(image="example.com/api:2.0.3"))


@pytest.fixture
def postgres(chart: Chart) -> PostgresCluster:
    return cluster(chart)


def changed(app: App, target: ApiObject | Iterable[ApiObject], *changes: JsonPatch) -> list[str]:
    before = app.synth_yaml().splitlines()
    override(target, *changes)
    lines = difflib.unified_diff(before, app.synth_yaml().splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_a_field_newer_than_1_27(app: App, api: ApiTier) -> None:
    assert changed(app, api.deployment, HOST_USERS) == ["+      hostUsers: false"]


def test_a_quantity(app: App, api: ApiTier) -> None:
    change = JsonPatch.replace(f"{SPEC}/containers/0/resources/limits/cpu", "3")
    assert changed(app, api.deployment, change) == [
        '-              cpu: "1"',
        '+              cpu: "3"',
    ]


def test_a_port(app: App, api: ApiTier) -> None:
    change = JsonPatch.replace("/spec/ports/0/port", 8000)
    assert changed(app, api.services[0], change) == [
        "-      port: 80",
        "+      port: 8000",
    ]


def test_all_of_a_kind(app: App, postgres: PostgresCluster) -> None:
    change = JsonPatch.add("/spec/trafficDistribution", "PreferClose")
    lines = changed(app, postgres.services, change)
    assert lines == ["+  trafficDistribution: PreferClose"] * 3


def test_the_construct_says_what_stands_now(api: ApiTier) -> None:
    override(api.deployment, HOST_USERS)
    for standing in (api.deployment, api.deployments[0], api.objects["Deployment"]):
        assert standing.to_json()["spec"]["template"]["spec"]["hostUsers"] is False


def test_an_object_that_was_changed_before(chart: Chart, api: ApiTier) -> None:
    held = api.deployment
    override(held, HOST_USERS)
    override(held, JsonPatch.add("/spec/paused", value=True))
    override(api.deployment, JsonPatch.add("/spec/minReadySeconds", 60))
    spec = find(chart, "Deployment", "api")["spec"]
    assert spec["template"]["spec"]["hostUsers"] is False
    assert spec["paused"] is True
    assert spec["minReadySeconds"] == 60


@pytest.mark.parametrize("order", range(3))
def test_each_keeps_its_place(
    app: App, api: ApiTier, postgres: PostgresCluster, order: int
) -> None:
    objects = list(Objects(app))
    random.Random(order).shuffle(objects)  # noqa: S311 - any order will do
    assert changed(app, [*objects, *objects[:10]]) == []


def test_a_job_of_another_template_is_another_job(chart: Chart) -> None:
    container = Container(image="example.com/setup:1.0.0")
    identity = Identity(name="setup", namespace="app", component="job")
    job(chart, Pod(identity=identity, containers=[container]))
    made = Objects(chart)["Job"]
    override(made, HOST_USERS)
    changed = Objects(chart)["Job"]
    assert changed.name != made.name
    assert changed.name.rpartition("-")[0] == made.name.rpartition("-")[0] == "setup"
    override(changed, JsonPatch.add("/metadata/annotations", {"note": "only"}))
    assert Objects(chart)["Job"].name == changed.name


def test_a_change_that_fits_only_some_changes_none(chart: Chart, api: ApiTier) -> None:
    before = manifests(chart)
    with pytest.raises(ConfigurationError, match="changes of Service api"):
        override([api.deployment, api.services[0]], HOST_USERS)
    assert manifests(chart) == before


def test_what_depends_on_it_still_does(app: App, api: ApiTier) -> None:
    account, deployment = api.service_account, api.deployment
    account.node.add_dependency(deployment)
    override(account, JsonPatch.add("/secrets", [{"name": "key"}]))
    override(deployment, HOST_USERS)
    assert [each.kind for each in api.objects][:2] == ["Deployment", "ServiceAccount"]


def test_fails_on_a_path_that_is_not_there(api: ApiTier) -> None:
    with pytest.raises(ConfigurationError, match=r"Deployment api.*path that the manifest has"):
        override(api.deployment, JsonPatch.replace("/spec/nothing/here", 1))


@pytest.mark.parametrize(
    ("path", "value"),
    [("/kind", "StatefulSet"), ("/metadata/name", "web"), ("/metadata/namespace", "web")],
)
def test_fails_on_another_object(api: ApiTier, path: str, value: str) -> None:
    field = path[1:].replace("/", ".")
    with pytest.raises(ConfigurationError, match=f"leave {field} as it is"):
        override(api.deployment, JsonPatch.replace(path, value))


def test_fails_on_nothing(api: ApiTier) -> None:
    with pytest.raises(ConfigurationError, match="give at least one object"):
        override(api.ingresses, HOST_USERS)


def test_fails_on_an_object_that_was_taken_away(api: ApiTier) -> None:
    target = api.deployment
    api.node.try_remove_child(target.node.id)
    with pytest.raises(ConfigurationError, match="in its construct"):
        override(target, HOST_USERS)
