"""Where the Secrets that constructs read come from."""

from __future__ import annotations

import pytest
import yaml
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigurationError, ExternalSecrets, SecretRef, SecretSources
from constructs_lib.facts import Facts, SecretKind, SecretUse
from constructs_lib.security import (
    AwsSecretsManagerFiles,
    HandmadeSecrets,
    SealedSecrets,
    SecretSource,
    StoreKind,
    VaultFiles,
)
from constructs_lib.testing import find, find_all, manifests

MAIL = SecretRef(name="mail", keys=("username", "password"), revision="3")
BROKER = SecretRef(name="broker", keys=("password",))
SEALED = "AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq/" * 12


def facts(*secrets: SecretRef, kind: SecretKind = SecretKind.SECRET) -> Facts:
    return Facts(
        secrets=tuple(
            SecretUse(namespace="app", secret=secret, reader="api", kind=kind) for secret in secrets
        )
    )


def test_external(chart: Chart, manifest: SnapshotAssertion) -> None:
    source = ExternalSecrets(store="vault", path="shop/")
    SecretSources(chart, "secrets", constructs=[facts(MAIL, BROKER)], source=source)
    assert chart == manifest


def test_external_from_a_store_of_the_namespace(chart: Chart) -> None:
    source = ExternalSecrets(store="team", store_kind=StoreKind.NAMESPACE, refresh_hours=24)
    SecretSources(chart, "secrets", constructs=[facts(BROKER)], source=source)
    spec = find(chart, "ExternalSecret", "broker")["spec"]
    assert spec["secretStoreRef"] == {"kind": "SecretStore", "name": "team"}
    assert spec["refreshInterval"] == "24h"
    assert spec["data"][0]["remoteRef"]["key"] == "broker"


def test_sealed(chart: Chart, manifest: SnapshotAssertion) -> None:
    source = SealedSecrets(ciphertext={"broker": {"password": SEALED}})
    SecretSources(chart, "secrets", constructs=[facts(BROKER)], source=source)
    assert chart == manifest


@pytest.mark.mission("B62")
@pytest.mark.parametrize(
    "source",
    [
        VaultFiles(address="https://vault.example.com:8200", role="shop", path="secret/data/shop/"),
        AwsSecretsManagerFiles(path="shop/", region="eu-central-1"),
    ],
    ids=lambda source: type(source).__name__,
)
def test_provider_classes(chart: Chart, manifest: SnapshotAssertion, source: SecretSource) -> None:
    secret = SecretRef(name="database", keys=("password", "ca.crt"))
    mounted = facts(secret, kind=SecretKind.PROVIDER_CLASS)
    SecretSources(chart, "secrets", constructs=[mounted], source=source)
    assert yaml.safe_load(
        find(chart, "SecretProviderClass", "database")["spec"]["parameters"]["objects"]
    )
    assert chart == manifest


def test_region_of_the_node(chart: Chart) -> None:
    mounted = facts(MAIL, kind=SecretKind.PROVIDER_CLASS)
    SecretSources(chart, "secrets", constructs=[mounted], source=AwsSecretsManagerFiles())
    spec = find(chart, "SecretProviderClass", "mail")["spec"]
    assert list(spec["parameters"]) == ["objects"]


def test_handmade(chart: Chart) -> None:
    SecretSources(chart, "secrets", constructs=[facts(MAIL)], source=HandmadeSecrets())
    assert manifests(chart) == []


def test_readers_of_one_secret_get_the_keys_of_all(chart: Chart) -> None:
    other = SecretRef(name="mail", keys=("password", "dkim"), revision="3")
    source = ExternalSecrets(store="vault")
    SecretSources(chart, "secrets", constructs=[facts(MAIL), facts(other)], source=source)
    (made,) = find_all(chart, "ExternalSecret")
    keys = [entry["secretKey"] for entry in made["spec"]["data"]]
    assert keys == ["username", "password", "dkim"]


def test_exceptions(chart: Chart) -> None:
    SecretSources(
        chart,
        "secrets",
        constructs=[facts(MAIL, BROKER)],
        source=ExternalSecrets(store="vault"),
        exceptions={"broker": SealedSecrets(ciphertext={"broker": {"password": SEALED}})},
    )
    made = [(each["kind"], each["metadata"]["name"]) for each in manifests(chart)]
    assert made == [("ExternalSecret", "mail"), ("SealedSecret", "broker")]


@pytest.mark.mission("B64")
def test_a_new_revision_makes_the_operator_fetch(chart: Chart) -> None:
    SecretSources(chart, "secrets", constructs=[facts(MAIL)], source=ExternalSecrets(store="vault"))
    assert find(chart, "ExternalSecret", "mail")["metadata"]["annotations"] == {"revision": "3"}


def test_fails_on_an_exception_that_nobody_reads(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"exceptions: got 'mial'; use some of mail"):
        SecretSources(
            chart,
            "secrets",
            constructs=[facts(MAIL)],
            source=ExternalSecrets(store="vault"),
            exceptions={"mial": HandmadeSecrets()},
        )


@pytest.mark.parametrize(
    ("kind", "source", "message"),
    [
        (SecretKind.PROVIDER_CLASS, HandmadeSecrets(), "api reads a SecretProviderClass: choose"),
        (SecretKind.SECRET, AwsSecretsManagerFiles(), "api reads a Secret: choose"),
    ],
)
def test_fails_on_a_source_of_something_else(
    chart: Chart, kind: SecretKind, source: SecretSource, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        SecretSources(chart, "secrets", constructs=[facts(MAIL, kind=kind)], source=source)


def test_fails_on_a_key_that_is_not_sealed(chart: Chart) -> None:
    source = SealedSecrets(ciphertext={"mail": {"password": SEALED}})
    with pytest.raises(
        ConfigurationError,
        match=r"\['password'\]; add 'username': kubeseal --raw --namespace app --name mail",
    ):
        SecretSources(chart, "secrets", constructs=[facts(MAIL)], source=source)


@pytest.mark.parametrize("text", ["hunter2", "", SEALED + "!"])
def test_fails_on_what_is_not_sealed_without_repeating_it(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"got '\(hidden\)'; write what `kubeseal"):
        SealedSecrets(ciphertext={"mail": {"password": text}})


def test_fails_with_ciphertext_of_what_is_no_secret() -> None:
    with pytest.raises(ConfigurationError, match=r"SealedSecrets\.ciphertext: got 'Mail'; use a"):
        SealedSecrets(ciphertext={"Mail": {"password": SEALED}})


@pytest.mark.parametrize("address", ["http://vault.example.com", "vault.example.com", ""])
def test_fails_on_an_address_without_tls(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"VaultFiles\.address"):
        VaultFiles(address=address, role="shop", path="secret/data/")
