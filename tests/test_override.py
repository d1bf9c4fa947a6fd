"""The way out changes any field, and nothing else."""

from __future__ import annotations

import difflib

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from constructs_lib import ApiTier, ConfigurationError, Container, override

SPEC = "/spec/template/spec"


@pytest.fixture
def api(chart: Chart) -> ApiTier:
    return ApiTier(chart, "api", container=Container(image="example.com/api:2.0.3"))


def changed(app: App, target: ApiObject, *changes: JsonPatch) -> list[str]:
    before = app.synth_yaml().splitlines()
    override(target, *changes)
    lines = difflib.unified_diff(before, app.synth_yaml().splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_a_field_newer_than_1_27(app: App, api: ApiTier) -> None:
    change = JsonPatch.add(f"{SPEC}/hostUsers", False)  # noqa: FBT003 - the value of the field
    assert changed(app, api.deployment, change) == ["+      hostUsers: false"]


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


def test_fails_on_a_path_that_is_not_there(api: ApiTier) -> None:
    with pytest.raises(ConfigurationError, match="name a path that the manifest has"):
        override(api.deployment, JsonPatch.replace("/spec/nothing/here", 1))


def test_fails_on_another_kind(api: ApiTier) -> None:
    with pytest.raises(ConfigurationError, match="leave kind as it is"):
        override(api.deployment, JsonPatch.replace("/kind", "StatefulSet"))


def test_fails_the_second_time(api: ApiTier) -> None:
    target = api.deployment
    override(target, JsonPatch.add(f"{SPEC}/hostUsers", False))  # noqa: FBT003
    with pytest.raises(ConfigurationError, match="change an object once"):
        override(target, JsonPatch.add(f"{SPEC}/hostUsers", True))  # noqa: FBT003
