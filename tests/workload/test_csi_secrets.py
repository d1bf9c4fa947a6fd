"""Secrets that a driver mounts, and that never become a Secret."""

from __future__ import annotations

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    ConfigurationError,
    Container,
    CsiSecretFiles,
    SecretFiles,
    SecretKind,
    SecretRef,
    SecretUse,
)
from constructs_lib.testing import check, find

IMAGE = "registry.example.com/shop/api:2.0.3"
MAIL = SecretRef(name="mail", keys=("username", "password"))


def api(chart: Chart, secret: SecretRef = MAIL) -> ApiTier:
    files = CsiSecretFiles(secret=secret, mount_path="/run/mail")
    return ApiTier(chart, "api", container=Container(image=IMAGE, secret_files=[files]))


@pytest.mark.mission("B62")
def test_volume(chart: Chart, manifest: SnapshotAssertion) -> None:
    api(chart)
    check(chart)
    pod = find(chart, "Deployment", "api")["spec"]["template"]["spec"]
    volume = next(each for each in pod["volumes"] if "csi" in each)
    mounts = pod["containers"][0]["volumeMounts"]
    assert [volume, *(each for each in mounts if each["name"] == volume["name"])] == manifest


def test_facts_tell_that_it_is_no_secret(chart: Chart) -> None:
    told = api(chart).facts
    assert told.secrets == (
        SecretUse(namespace="app", secret=MAIL, reader="api", kind=SecretKind.PROVIDER_CLASS),
    )
    assert told.footprints[0].objects["secrets"] == 0


@pytest.mark.mission("B64")
def test_a_new_revision_rolls_the_reader(chart: Chart) -> None:
    api(chart, SecretRef(name="mail", keys=("password",), revision="2"))
    template = find(chart, "Deployment", "api")["spec"]["template"]
    assert template["metadata"]["annotations"] == {"revision/mail": "2"}


def test_fails_beside_a_secret_of_the_same_name() -> None:
    with pytest.raises(ConfigurationError, match="volume name in Container"):
        Container(
            image=IMAGE,
            secret_files=[
                CsiSecretFiles(secret=MAIL, mount_path="/run/a"),
                SecretFiles(secret=MAIL, mount_path="/run/b"),
            ],
        )


def test_fails_on_a_path_that_nothing_can_be_mounted_at() -> None:
    with pytest.raises(ConfigurationError, match=r"CsiSecretFiles\.mount_path"):
        CsiSecretFiles(secret=MAIL, mount_path="mail")
