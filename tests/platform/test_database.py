"""The database of the platform has a member in each zone, is reached from inside, and backed up."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from constructs_lib import S3Bucket
from constructs_lib.manifests.backend_refs import backends_of
from constructs_lib.manifests.platform import Platform
from constructs_lib.testing import Pods, can_reach, find, find_all, reachability
from environments import PRODUCTION
from tests.platform.shop import Shop

DATABASE = {"app/postgres", "app/postgres-ro", "app/postgres-rw"}
INGRESS = Pods(namespace="nginx-ingress", labels={"app.kubernetes.io/name": "nginx-ingress"})


def days(cron: str) -> set[int]:
    """Return the days of the week that a schedule names, from Sunday."""
    field = cron.split()[4]
    found: set[int] = set()
    for part in ["0-6"] if field == "*" else field.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def schedules(shop: Shop) -> dict[str, dict[str, Any]]:
    """Return the jobs around the database, by what they do."""
    jobs = find_all(shop.core, "CronJob", namespace="app")
    return {job["metadata"]["name"].removeprefix("postgres-"): job["spec"] for job in jobs}


def options(shop: Shop, config: str) -> dict[str, str]:
    """Return what pgBackRest is told in a file."""
    text = find(shop.core, "ConfigMap", config, "app")["data"]["pgbackrest.conf"]
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


@pytest.mark.mission("B20")
@pytest.mark.mission("B21")
@pytest.mark.mission("B24")
def test_each_member_has_volumes_and_a_zone_of_its_own(shop: Shop) -> None:
    spec = find(shop.core, "StatefulSet", "postgres", "app")["spec"]
    claims = {claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]}
    mounted = {
        mount["name"]
        for container in spec["template"]["spec"]["containers"]
        for mount in container["volumeMounts"]
    }
    assert claims == {"data", "wal"}
    assert claims < mounted
    (zones,) = (
        each
        for each in spec["template"]["spec"]["topologySpreadConstraints"]
        if each["topologyKey"] == "topology.kubernetes.io/zone"
    )
    assert spec["replicas"] == zones["minDomains"] == 3
    assert zones["whenUnsatisfiable"] == "DoNotSchedule"


@pytest.mark.mission("B33")
@pytest.mark.mission("B34")
def test_it_is_reached_from_inside_alone(shop: Shop) -> None:
    services = [
        service
        for service in find_all(shop.core, "Service", namespace="app")
        if service["spec"]["selector"]["app.kubernetes.io/name"].startswith("postgres")
    ]
    assert len(services) > 2
    assert {service["spec"]["type"] for service in services} == {"ClusterIP"}
    names = {service["metadata"]["name"] for service in services}
    assert not {backend.service for backend in backends_of(Platform(shop.core))} & names
    # The name of a Job changes with what it does.
    callers = {
        re.sub(r"-[0-9a-f]{8}$", "", way.source)
        for way in reachability(shop.core)
        if way.target in DATABASE
    }
    own = {path for path in callers if path.startswith("app/postgres")}
    assert callers - own == {"app/api", "app/api-migration", "monitoring/prometheus"}
    for pods in DATABASE:
        for port in (5432, 6432):
            assert not can_reach(shop.core, INGRESS, pods, port)


@pytest.mark.mission("B22")
@pytest.mark.mission("B124")
def test_backups_and_what_happens_since_go_to_the_bucket(shop: Shop) -> None:
    repository = PRODUCTION.database_backups.repository
    assert isinstance(repository, S3Bucket)
    for config in ("postgres-pgbackrest", "postgres-backups-pgbackrest"):
        told = options(shop, config)
        place = (told["repo1-s3-endpoint"], told["repo1-s3-bucket"], told["repo1-path"])
        assert place == (repository.endpoint, repository.bucket, repository.path)
        assert told["repo1-cipher-type"] == "aes-256-cbc"
        assert int(told["repo1-retention-full"]) == PRODUCTION.database_backups.full_retention
    patroni = find(shop.core, "ConfigMap", "postgres-patroni", "app")["data"]["patroni.yaml"]
    parameters = yaml.safe_load(patroni)["postgresql"]["parameters"]
    assert parameters["archive_mode"] == "on"
    assert "archive-push" in parameters["archive_command"]


@pytest.mark.mission("B112")
@pytest.mark.mission("B122")
@pytest.mark.mission("B125")
def test_every_day_has_a_backup_and_every_week_its_proof(shop: Shop) -> None:
    made = schedules(shop)
    full, differential = (
        days(made[name]["schedule"]) for name in ("backup-full", "backup-differential")
    )
    assert full
    assert not full & differential
    assert full | differential == set(range(7))
    assert days(made["verification"]["schedule"])
    assert days(made["restore-drill"]["schedule"])
    for spec in made.values():
        assert not spec.get("suspend", False)
        assert spec["concurrencyPolicy"] == "Forbid"
