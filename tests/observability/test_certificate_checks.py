"""Certificates inside the platform are looked at before they end, without a key."""

from __future__ import annotations

from cdk8s import App, Chart

from constructs_lib.testing import find_all
from tests.observability.prometheus.ends import stack
from tests.postgres.ends import cluster


def test_each_namespace_has_a_job_that_reads_no_key(app: App) -> None:
    postgres = cluster(Chart(app, "database", namespace="app"))
    chart, observability = stack(app, watches=[postgres])
    read = {}
    for job in find_all(chart, "CronJob"):
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        keys = {
            f"{each['secret']['secretName']}/{item['key']}"
            for each in pod["volumes"]
            if "secret" in each
            for item in each["secret"]["items"]
        }
        read[job["metadata"]["namespace"], job["metadata"]["name"]] = keys
    of_database = {f"postgres-{party}/" for party in ("members", "poolers", "backups")}
    assert read["app", "certificates-app"] == {
        f"{secret}{key}" for secret in of_database for key in ("tls.crt", "ca.crt")
    }
    assert ("logging", "certificates-logging") in read
    assert ("agents", "certificates-agents") in read
    assert not any(key.endswith(".key") for keys in read.values() for key in keys)
    told = [each for each in observability.facts.alerts if each.name == "CertificateEndsSoon"]
    assert len(told) == 3
