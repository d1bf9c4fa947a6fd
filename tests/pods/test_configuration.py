"""Files and Secrets reach their readers, and a change of them rolls just these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ApiTier,
    ConfigFiles,
    ConfigurationError,
    Container,
    SecretEnv,
    SecretFiles,
    SecretRef,
)
from constructs_lib.labels import Identity
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.secret_reads import secrets_read
from constructs_lib.testing import find, manifests
from tests.tiers.reading import container, env, mounts

IMAGE = "registry.example.com/shop/api:2.0.3"
IDENTITY = Identity(name="mail", namespace="app", component="mail")
Objects = dict[tuple[str, str], Any]


def secret(revision: str = "1") -> SecretRef:
    return SecretRef(name="mail", keys=("username", "password"), revision=revision)


def build(folder: Path, **arguments: Any) -> Objects:  # noqa: ANN401
    """Return what a reader of files and a bystander are made of."""
    chart = Chart(App(outdir=str(folder)), "chart", namespace="app")
    ApiTier(chart, "reader", container=Container(image=IMAGE, **arguments))
    ApiTier(chart, "bystander", container=Container(image=IMAGE))
    return {(each["kind"], each["metadata"]["name"]): each for each in manifests(chart)}


def changed(before: Objects, after: Objects) -> set[tuple[str, str]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def only_annotations_differ(before: Objects, after: Objects) -> bool:
    """Tell whether the reader's pods are the same but for the annotations that roll them."""

    def rest(objects: Objects) -> tuple[Mapping[str, Any], Any]:
        template = dict(objects["Deployment", "reader"]["spec"]["template"])
        metadata = dict(template.pop("metadata"))
        annotations = metadata.pop("annotations")
        return {**template, "metadata": metadata}, annotations

    (one, old), (other, new) = rest(before), rest(after)
    return one == other and old != new


@pytest.mark.mission("B120")
def test_a_changed_file_rolls_its_readers_alone(tmp_path: Path) -> None:
    def told(text: str) -> Objects:
        features = ConfigFiles(name="features", files={"a.json": text}, mount_path="/etc/features")
        return build(tmp_path, volumes=[features])

    before, after = told("{}"), told('{"new": true}')
    assert changed(before, after) == {("ConfigMap", "reader-features"), ("Deployment", "reader")}
    assert only_annotations_differ(before, after)


@pytest.mark.mission("B64")
@pytest.mark.parametrize(
    "read",
    [
        lambda secret: {"volumes": [SecretFiles(secret=secret, mount_path="/run/mail")]},
        lambda secret: {"secret_env": [SecretEnv(name="MAIL", secret=secret, key="password")]},
    ],
    ids=["files", "variable"],
)
def test_a_new_revision_rolls_its_readers_alone(tmp_path: Path, read: Any) -> None:  # noqa: ANN401
    before, after = (build(tmp_path, **read(secret(revision))) for revision in ("1", "2"))
    assert changed(before, after) == {("Deployment", "reader")}
    assert only_annotations_differ(before, after)


@pytest.mark.mission("B62")
def test_secrets_are_referred_to(chart: Chart) -> None:
    told = Container(
        image=IMAGE,
        secret_env=[SecretEnv(name="MAIL_USER", secret=secret(), key="username")],
        volumes=[SecretFiles(secret=secret(), mount_path="/run/mail")],
    )
    ApiTier(chart, "api", container=told)
    assert mounts(chart, "api")["/run/mail"]["secret"] == {
        "secretName": "mail",
        "items": [
            {"key": "username", "path": "username"},
            {"key": "password", "path": "password"},
        ],
    }
    variables = {each["name"]: each for each in container(chart, "api")["env"]}
    assert variables["MAIL_USER"] == {
        "name": "MAIL_USER",
        "valueFrom": {"secretKeyRef": {"name": "mail", "key": "username"}},
    }


def test_an_authority_and_a_time_zone_of_ones_own(chart: Chart) -> None:
    authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    files = ConfigFiles(name="ca", mount_path="/etc/ca", files={"ca.crt": authority})
    told = {"SSL_CERT_FILE": "/etc/ca/ca.crt", "TZ": "Europe/Berlin"}
    ApiTier(chart, "api", container=Container(image=IMAGE, env=told, volumes=[files]))
    assert told.items() <= env(chart, "api").items()
    assert mounts(chart, "api")["/etc/ca"]["configMap"]["name"] == "api-ca"
    assert find(chart, "ConfigMap", "api-ca")["data"] == {"ca.crt": authority}


def test_a_container_has_each_secret_once_with_all_keys_that_it_reads() -> None:
    key = SecretRef(name="mail", keys=("dkim",))
    told = Container(
        image=IMAGE,
        secret_env=[SecretEnv(name="DKIM", secret=key, key="dkim")],
        volumes=[SecretFiles(secret=secret(), mount_path="/run/mail")],
    )
    ((_, read),) = secrets_read([told])
    assert read == SecretRef(name="mail", keys=("username", "password", "dkim"))


def test_fails_with_two_revisions_of_one_secret() -> None:
    told = Container(
        image=IMAGE,
        secret_env=[SecretEnv(name="MAIL", secret=secret("2"), key="password")],
        volumes=[SecretFiles(secret=secret("1"), mount_path="/run/mail")],
    )
    with pytest.raises(ConfigurationError, match=r"SecretRef\('mail'\)\.revision: got '2'; .*'1'"):
        Pod(identity=IDENTITY, containers=[told])


def test_a_checksum_is_of_names_and_texts_in_any_order() -> None:
    def checksum(**files: str) -> str:
        return ConfigFiles(name="a", files=files, mount_path="/etc/a").checksum

    assert checksum(a="1", b="2") == checksum(b="2", a="1")
    assert (
        len({checksum(a="1", b="2"), checksum(a="2", b="1"), checksum(a="12"), checksum(a1="2")})
        == 4
    )
