"""Where backups go, and by which keys or identity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import ConfigurationError, Outside, Port, SecretRef
from constructs_lib.facts import Addressing, AwsRole, Neighbour, TargetPort
from constructs_lib.postgres import (
    AzureIdentity,
    AzureRepository,
    GcsRepository,
    GkeIdentity,
    PostgresImage,
    PostgresImages,
    Repository,
)
from constructs_lib.testing import find, find_all
from tests.postgres.ends import BACKUP, HTTPS, OBJECT_STORE, REPOSITORY, cluster

CIPHER = SecretRef(name="cipher", keys=("cipher",))
KEY = SecretRef(name="cloud-key", keys=("cipher", "key"))
TOKENS = Outside(name="token-service", cidrs=("192.0.2.0/24",), ports=(HTTPS,))
ROLE = AwsRole(arn="arn:aws:iam::123456789012:role/shop-backups", token_service=TOKENS)
GCS = GcsRepository(bucket="shop", path="/db", secret=KEY, target=OBJECT_STORE)
GKE = GkeIdentity(account="shop-backups@shop.iam.gserviceaccount.com")
AZURE = AzureRepository(
    account="shop", container="backups", path="/db", secret=KEY, target=OBJECT_STORE
)


def options(chart: Chart) -> set[str]:
    """Return the lines about repositories, which all configurations have."""
    texts = [
        text
        for each in find_all(chart, "ConfigMap")
        for name, text in each["data"].items()
        if name.endswith(".conf")
    ]
    assert len(texts) == 3
    lines = [
        {line for line in text.splitlines() if line.startswith("repo") and "retention" not in line}
        for text in texts
    ]
    (reading,) = [each for each in lines if "repo1-bundle=y" not in each]
    assert all(reading <= each for each in lines)
    return reading


def backing_up(chart: Chart) -> dict[str, Any]:
    """Return the containers that talk to repositories, by name."""
    pods = [find(chart, "StatefulSet", "postgres")["spec"]["template"]["spec"]] + [
        job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for job in find_all(chart, "CronJob")
    ]
    names = {"postgres", "backup-server", "backup-full", "backup-differential", "verification"}
    found = {
        container["name"]: container
        for pod in pods
        for container in pod["containers"]
        if container["name"] in {*names, "restore-drill"}
    }
    assert len(found) == 6
    return found


def test_a_port_is_one_fact(chart: Chart) -> None:
    """The policy lets through to the port that the program is told."""
    minio = Neighbour(
        name="minio",
        namespace="minio",
        selector={"app": "minio"},
        ports=(Port(name="https", number=9000),),
    )
    postgres = cluster(chart, backup=replace(BACKUP, repository=replace(REPOSITORY, target=minio)))
    assert "repo1-storage-port=9000" in options(chart)
    assert minio in [call.target for call in postgres.facts.calls]


def test_a_service_may_have_another_port(chart: Chart) -> None:
    minio = Outside(name="minio", cidrs=("10.9.0.0/24",), ports=(Port(name="https", number=9000),))
    for port, said in ((443, False), (8443, True), (TargetPort(), True)):
        behind = replace(REPOSITORY, target=minio, port=port)
        assert ("storage-port" in behind.options) is said


def test_a_role_stands_in_for_keys(chart: Chart) -> None:
    """Each container that talks to the store has its token and no key, and may ask for it."""
    repository = replace(REPOSITORY, secret=CIPHER, role=ROLE)
    postgres = cluster(chart, backup=replace(BACKUP, repository=repository))
    assert "repo1-s3-key-type=web-id" in options(chart)
    for container in backing_up(chart).values():
        told = {each["name"]: each.get("value") for each in container["env"]}
        assert told["AWS_ROLE_ARN"] == ROLE.arn
        token = told["AWS_WEB_IDENTITY_TOKEN_FILE"]
        assert token in {f"{each['mountPath']}/token" for each in container["volumeMounts"]}
        assert {each for each in told if "REPO" in each} <= {
            "PGBACKREST_REPO1_CIPHER_PASS",
            "REPOSITORIES",
        }
    pod = find(chart, "StatefulSet", "postgres")["spec"]["template"]["spec"]
    (volume,) = [each for each in pod["volumes"] if each["name"] == "aws-token"]
    (source,) = volume["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == "sts.amazonaws.com"
    others = [each for each in pod["containers"] if each["name"] in {"credentials", "exporter"}]
    assert "aws-token" not in str(others)
    asking = {call.source.name for call in postgres.facts.calls if call.target == TOKENS}
    assert asking == {"postgres", "postgres-backups", "postgres-checks"}


@pytest.mark.parametrize(
    ("repository", "said", "key"),
    [
        (GCS, "repo1-gcs-key=/run/secrets/repositories/cloud-key/key", None),
        (
            replace(GCS, secret=CIPHER, identity=GKE),
            "repo1-gcs-key-type=auto",
            None,
        ),
        (AZURE, "repo1-azure-container=backups", "PGBACKREST_REPO1_AZURE_KEY"),
        (
            replace(AZURE, secret=CIPHER, identity=AzureIdentity()),
            "repo1-azure-key-type=auto",
            None,
        ),
    ],
)
def test_repositories_of_clouds(
    chart: Chart, repository: Repository, said: str, key: str | None
) -> None:
    postgres = cluster(chart, backup=replace(BACKUP, repository=repository))
    assert {said, "repo1-cipher-type=aes-256-cbc", "repo1-path=/db"} <= options(chart)
    for container in backing_up(chart).values():
        told = {each["name"] for each in container["env"] if "PGBACKREST" in each["name"]}
        assert told == {"PGBACKREST_REPO1_CIPHER_PASS", key} - {None}
    called = {call.target.name for call in postgres.facts.calls if isinstance(call.target, Outside)}
    identity = {"auto" in each for each in options(chart)} == {True, False}
    assert any("metadata" in each for each in called) is identity
    for name in ("postgres", "postgres-backups", "postgres-checks", "postgres-maintenance"):
        annotations = find(chart, "ServiceAccount", name)["metadata"].get("annotations", {})
        gke = "gcs" in said and identity and name != "postgres-maintenance"
        assert ("iam.gke.io/gcp-service-account" in annotations) is gke


def test_a_second_repository(chart: Chart) -> None:
    """Both have all options and keys, and the jobs go through both."""
    plan = replace(BACKUP, second=GCS)
    cluster(chart, backup=plan)
    assert {"repo1-s3-bucket=shop-backups", "repo2-gcs-bucket=shop"} <= options(chart)
    for name, container in backing_up(chart).items():
        told = {each["name"]: each.get("value") for each in container["env"]}
        assert {"PGBACKREST_REPO1_CIPHER_PASS", "PGBACKREST_REPO2_CIPHER_PASS"} <= told.keys()
        if name.startswith(("backup-f", "backup-d", "verification")):
            assert told["REPOSITORIES"] == "1 2"
        paths = {each["mountPath"] for each in container["volumeMounts"]}
        assert "/run/secrets/repositories/cloud-key" in paths
    text = find(chart, "ConfigMap", "postgres-pgbackrest")["data"]["pgbackrest.conf"]
    assert {"repo1-retention-full=4", "repo2-retention-full=4"} <= set(text.splitlines())


def test_fails_on_two_identities(chart: Chart) -> None:
    one = replace(REPOSITORY, secret=CIPHER, role=ROLE)
    another = replace(ROLE, arn="arn:aws:iam::123456789012:role/another")
    two = replace(one, bucket="another", role=another)
    with pytest.raises(ConfigurationError, match="give all repositories one identity"):
        cluster(chart, backup=replace(BACKUP, repository=one, second=two))
    plan = replace(BACKUP, repository=one, second=replace(two, role=ROLE))
    cluster(Chart(chart, "one", namespace="app"), backup=plan)


@pytest.mark.parametrize(
    ("repository", "says"),
    [
        (replace(AZURE, secret=CIPHER, identity=AzureIdentity()), "identity of the repository"),
        (replace(REPOSITORY, bucket="shop.backups", addressing=Addressing.PATH), "'.' in its name"),
    ],
)
def test_fails_with_what_the_pgbackrest_of_the_image_cannot(
    app: App, repository: Repository, says: str
) -> None:
    """Its release notes say since when; one that can takes the same."""

    def images(pgbackrest: str) -> PostgresImages:
        return PostgresImages(server=PostgresImage(pgbackrest=pgbackrest))

    older, newer = (Chart(app, name, namespace=name) for name in ("older", "newer"))
    with pytest.raises(ConfigurationError, match=rf"PostgresImage\.pgbackrest: got .*{says}"):
        cluster(older, backup=replace(BACKUP, repository=repository), images=images("2.57.0"))
    cluster(newer, backup=replace(BACKUP, second=repository), images=images("2.58.0"))


@pytest.mark.parametrize(
    "endpoint", ["s3.eu-central-1.amazonaws.com", "s3-fips.dualstack.eu-central-1.amazonaws.com"]
)
def test_fails_with_another_region_than_that_of_the_endpoint(endpoint: str) -> None:
    """AWS refuses what is signed for another one."""
    assert replace(REPOSITORY, endpoint=endpoint).region == "eu-central-1"
    with pytest.raises(ConfigurationError, match=r"S3Repository\.region: .*use 'eu-central-1'"):
        replace(REPOSITORY, endpoint=endpoint, region="eu-west-1")
