"""The job that copies live configuration, and what it tells the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart
from syrupy.assertion import SnapshotAssertion

from constructs_lib import (
    ConfigurationBackup,
    ConfigurationError,
    Namespace,
    Outside,
    Port,
    S3Bucket,
    SecretRef,
)
from constructs_lib.facts import AwsRole
from constructs_lib.pods import Schedule
from constructs_lib.testing import find, find_all

HTTPS = Port(name="https", number=443)
BUCKET = S3Bucket(
    bucket="shop-backups",
    region="eu-central-1",
    endpoint="s3.example.com",
    path="/configuration",
    secret=SecretRef(name="configuration-bucket", keys=("access-key", "secret-key")),
    target=Outside(name="object-store", cidrs=("198.51.100.0/24",), ports=(HTTPS,)),
)


def backup(chart: Chart, **arguments: Any) -> ConfigurationBackup:  # noqa: ANN401
    """Make a job in which only these arguments are not the usual."""
    usual = {
        "namespaces": [Namespace(name="app"), Namespace(name="data")],
        "bucket": BUCKET,
        "api_server": Outside(name="api-server", cidrs=("10.0.0.0/28",), ports=(HTTPS,)),
    }
    return ConfigurationBackup(chart, "configuration-backup", **{**usual, **arguments})


def test_defaults(chart: Chart, manifest: SnapshotAssertion) -> None:
    backup(chart)
    assert chart == manifest


def test_the_usual_object(chart: Chart) -> None:
    assert backup(chart).cron_job.name == find_all(chart, "CronJob")[0]["metadata"]["name"]


def test_a_store_of_ones_own_has_its_authority(chart: Chart) -> None:
    keys = ("access-key", "ca.crt", "secret-key")
    backup(chart, bucket=replace(BUCKET, secret=SecretRef(name="bucket", keys=keys)))
    pod = find(chart, "CronJob", "configuration-backup")["spec"]["jobTemplate"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    variable = {"name": "CURL_CA_BUNDLE", "value": "/run/secrets/bucket/ca.crt"}
    assert variable in container["env"]


def test_a_port_and_a_role(chart: Chart) -> None:
    """With neither key nor authority there is no Secret; the way to the token service is there."""
    tokens = Outside(name="tokens", cidrs=("192.0.2.0/24",), ports=BUCKET.target.ports)
    role = AwsRole(arn="arn:aws:iam::123456789012:role/copies", token_service=tokens)
    bucket = replace(BUCKET, secret=None, role=role, port=8443)
    made = backup(chart, bucket=bucket)
    pod = find(chart, "CronJob", "configuration-backup")["spec"]["jobTemplate"]["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    assert told["BUCKET_URL"].startswith(f"https://{BUCKET.endpoint}:8443/")
    assert told["TOKEN_SERVICE"] == f"https://sts.{BUCKET.region}.amazonaws.com"
    assert told["AWS_ROLE_ARN"] == role.arn
    assert not [each for each in pod["spec"]["volumes"] if "secret" in each]
    assert tokens in {call.target for call in made.facts.calls}


def test_fails_without_key_and_role(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"S3Bucket.secret: got None; name the Secret"):
        replace(BUCKET, secret=None)


@pytest.mark.mission("B83")
def test_no_right_beyond_listing_what_it_copies(chart: Chart) -> None:
    backup(chart, custom_resources=["certificates.cert-manager.io"])
    (container,) = find(chart, "CronJob", "configuration-backup")["spec"]["jobTemplate"]["spec"][
        "template"
    ]["spec"]["containers"]
    variables = {each["name"]: each["value"] for each in container["env"]}
    asked = {each.partition(".")[0] for each in variables["RESOURCES"].split(",")}
    for namespace in ("app", "data"):
        rules = find(chart, "Role", "configuration-backup", namespace)["rules"]
        assert {resource for rule in rules for resource in rule["resources"]} == asked
        assert {verb for rule in rules for verb in rule["verbs"]} == {"list"}
    assert "certificates.cert-manager.io" in variables["RESOURCES"].split(",")
    assert "secrets" not in asked


def test_whom_it_calls(chart: Chart) -> None:
    facts = backup(chart).facts
    assert {call.target.name for call in facts.calls} == {"api-server", "object-store"}
    assert [use.secret for use in facts.secrets] == [BUCKET.secret]


@pytest.mark.mission("B83")
def test_it_is_overdue_by_its_own_schedule(chart: Chart) -> None:
    schedule = Schedule(cron="0 */6 * * *", deadline_seconds=600)
    (alert,) = backup(chart, schedule=schedule).facts.alerts
    job = 'namespace="app",cronjob=~"configuration-backup"'
    assert alert.expression == (
        f"time() - max(kube_cronjob_status_last_successful_time{{{job}}} or "
        f"kube_cronjob_created{{{job}}}) > {6 * 3600 + 600}"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"namespaces": []}, r"include 'app', which it runs in"),
        ({"namespaces": [Namespace(name="app")] * 2}, r"ConfigurationBackup\.namespaces"),
        ({"custom_resources": ["secrets"]}, r"name its group too"),
        ({"custom_resources": ["a.example.com"] * 2}, r"ConfigurationBackup\.custom_resources"),
        ({"custom_resources": ["*.example.com"]}, r"ConfigurationBackup\.custom_resources"),
        ({"retention_days": 0}, r"ConfigurationBackup\.retention_days"),
        ({"image": "k8s:latest"}, r"Container\.image"),
    ],
)
def test_fails(chart: Chart, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        backup(chart, **arguments)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"path": "configuration"}, r"S3Bucket\.path"),
        ({"region": "Frankfurt am Main"}, r"S3Bucket\.region"),
        ({"secret": SecretRef(name="bucket", keys=("access-key",))}, "include 'secret-key'"),
        ({"target": Outside(name="store", cidrs=("198.51.100.0/24",))}, r"S3Bucket\.target"),
    ],
)
def test_fails_bucket(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        replace(BUCKET, **changes)
