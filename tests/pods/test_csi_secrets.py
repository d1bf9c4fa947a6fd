"""Secrets that a driver mounts, and that never become a Secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ApiTier,
    CacheEndpoint,
    ConfigurationError,
    Container,
    NextJs,
    SecretEnv,
    SecretFiles,
    SecretRef,
    SocketTier,
)
from constructs_lib.facts import CsiSecretRef, SecretKind, SecretUse
from constructs_lib.pods import CsiSecretFiles
from constructs_lib.testing import check, find
from tests.tiers.ends import BROKER, DATABASE, REDIS

IMAGE = "registry.example.com/shop/api:2.0.3"
MAIL = SecretRef(name="mail", keys=("username", "password"))


def api(chart: Chart, secret: SecretRef = MAIL) -> ApiTier:
    files = CsiSecretFiles(secret=secret, mount_path="/run/mail")
    return ApiTier(chart, "api", container=Container(image=IMAGE, volumes=[files]))


def files(chart: Chart, name: str) -> dict[str, str]:
    """Return the SecretProviderClass behind each directory of a tier."""
    pod = find(chart, "Deployment", name)["spec"]["template"]["spec"]
    classes = {
        volume["name"]: volume["csi"]["volumeAttributes"]["secretProviderClass"]
        for volume in pod["volumes"]
        if "csi" in volume
    }
    mounts = pod["containers"][0]["volumeMounts"]
    return {
        mount["mountPath"]: classes[mount["name"]] for mount in mounts if mount["name"] in classes
    }


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


@pytest.mark.mission("B64")
def test_a_new_revision_rolls_the_reader(chart: Chart) -> None:
    api(chart, SecretRef(name="mail", keys=("password",), revision="2"))
    template = find(chart, "Deployment", "api")["spec"]["template"]
    assert template["metadata"]["annotations"] == {"revision/mail": "2"}


@pytest.mark.mission("B62")
def test_databases_brokers_and_caches_are_known_from_files(chart: Chart) -> None:
    """Where the files come from is all that differs: the tier is told the same paths."""
    login = CsiSecretRef(name="api-database", keys=("username", "password"))
    cache = CacheEndpoint(
        host="redis.example.com",
        port=6379,
        target=REDIS,
        target_port="redis",
        secret=CsiSecretRef(name="api-cache", keys=("password",)),
    )
    api = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        database=replace(DATABASE, secret=login),
        cache=cache,
    )
    broker = CsiSecretRef(name="socket-broker", keys=("password",))
    SocketTier(
        chart,
        "socket",
        container=Container(image=IMAGE),
        broker=replace(BROKER, secret=broker),
    )
    check(chart)
    assert {use.kind for use in api.facts.secrets} == {SecretKind.PROVIDER_CLASS}
    assert files(chart, "api") == {
        "/run/secrets/database": "api-database",
        "/run/secrets/cache": "api-cache",
    }
    assert files(chart, "socket") == {"/run/secrets/broker": "socket-broker"}


def test_fails_where_no_file_is_read() -> None:
    key = CsiSecretRef(name="web-server-actions", keys=("key",))
    with pytest.raises(ConfigurationError, match="what the CSI driver brings is no Secret"):
        SecretEnv(name="KEY", secret=key, key="key")
    with pytest.raises(ConfigurationError, match="what the CSI driver brings is no Secret"):
        SecretFiles(secret=key, mount_path="/run/key")


def test_fails_on_a_key_that_next_js_reads_from_a_variable() -> None:
    key = CsiSecretRef(name="web-server-actions", keys=("key",))
    with pytest.raises(ConfigurationError, match=r"NextJs\.server_actions_key: got .*variable"):
        NextJs(server_actions_key=key)


def test_fails_beside_a_secret_of_the_same_name(chart: Chart) -> None:
    told = Container(
        image=IMAGE,
        volumes=[
            CsiSecretFiles(secret=MAIL, mount_path="/run/a"),
            SecretFiles(secret=MAIL, mount_path="/run/b"),
        ],
    )
    with pytest.raises(ConfigurationError, match=r"Container\.volumes: got"):
        ApiTier(chart, "api", container=told)


def test_fails_on_a_path_that_nothing_can_be_mounted_at() -> None:
    with pytest.raises(ConfigurationError, match=r"CsiSecretFiles\.mount_path"):
        CsiSecretFiles(secret=MAIL, mount_path="mail")
