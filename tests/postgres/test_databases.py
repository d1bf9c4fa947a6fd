"""Several databases of a cluster, each with its roles, its pools and its extensions."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import ConfigurationError, Database
from constructs_lib.postgres import Owner, Pooler, PostgresImage, PostgresImages, Reader, Writer
from constructs_lib.testing import find
from tests.postgres.ends import cluster, patroni

AUDIT = Database(
    name="audit",
    roles=[
        Owner(secret=replace(Owner().secret, name="audit-owner")),
        Writer(secret=replace(Writer().secret, name="audit-writer")),
    ],
    extensions=("pgaudit", "hstore"),
)
BOTH = [Database(name="shop", extensions=("vector",)), AUDIT]


def ini(chart: Chart, name: str = "postgres-rw") -> str:
    text: str = find(chart, "ConfigMap", f"{name}-pgbouncer")["data"]["pgbouncer.ini"]
    return text


def test_members_know_each_with_its_own(chart: Chart) -> None:
    cluster(chart, databases=BOTH)
    known = json.loads(find(chart, "ConfigMap", "postgres-databases")["data"]["databases.json"])
    assert [each["name"] for each in known] == ["shop", "audit"]
    assert [each["extensions"] for each in known] == [["vector"], ["pgaudit", "hstore"]]
    assert {each["right"] for each in known[1]["logins"]} == {"owner", "writer"}
    assert "/audit-owner/" in known[1]["logins"][0]["username"]
    loaded = patroni(chart)["postgresql"]["parameters"]["shared_preload_libraries"]
    assert loaded == "pg_stat_statements,pgaudit"


def test_poolers_lead_to_those_that_are_named_and_to_no_other(chart: Chart) -> None:
    cluster(chart, databases=BOTH)
    # Each says who asks for verifiers, whose user changes in turn.
    named = re.compile(r"^(\S+) = host=127\.0\.0\.1 port=(\d+) auth_user=", re.MULTILINE)
    assert named.findall(ini(chart)) == [
        *[(name, "5000") for name in ("shop", "audit", "shop_session", "audit_session")],
        ("postgres", "5000"),
    ]
    assert named.findall(ini(chart, "postgres-ro")) == [
        (name, "5001") for name in ("shop", "audit", "postgres")
    ]


@pytest.mark.parametrize("pooler", [Pooler(), Pooler(session_connections=0)])
def test_pools_of_all_databases_fit_together(app: App, pooler: Pooler) -> None:
    """In a rollout, with a connection for verifiers each."""
    for names in (("shop",), ("shop", "audit"), ("shop", "audit", "mail")):
        id = "-".join(names)
        chart = Chart(app, id, namespace="app")
        cluster(
            chart,
            id=id,
            pooler=pooler,
            databases=[Database(name=name) for name in names],
        )
        of_pool = re.search(r"^max_db_connections = (\d+)$", ini(chart, f"{id}-rw"), re.MULTILINE)
        assert of_pool is not None
        both, writing = 2 * (pooler.replicas + 1), pooler.replicas + 1
        asked = len(names) * (int(of_pool[1]) * both + writing * pooler.session_connections)
        # Of 286 for 8Gi of memory, but for those of the superuser, of exporters and of jobs.
        assert 0.8 * 276 < asked + both <= 276


def test_a_client_names_the_one_that_it_means(chart: Chart) -> None:
    postgres = cluster(chart, databases=BOTH)
    assert postgres.read_write(connections=1).database == "shop"
    audit = postgres.read_write(connections=1, database="audit")
    assert (audit.database, audit.secret.name) == ("audit", "audit-writer")
    session = postgres.session(connections=1, database="audit")
    assert (session.database, session.secret.name) == ("audit_session", "audit-owner")
    with pytest.raises(ConfigurationError, match=r"role: got Reader.*Database\.roles"):
        postgres.read_only(connections=1, database="audit")
    with pytest.raises(ConfigurationError, match=r"use one of .*: 'shop', 'audit'"):
        postgres.read_only(connections=1, database="orders")


def test_jobs_work_as_the_owner_of_each(chart: Chart) -> None:
    cluster(chart, databases=BOTH)
    job = find(chart, "CronJob", "postgres-vacuum")["spec"]["jobTemplate"]["spec"]["template"]
    (container,) = job["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    assert told["OWNERS"].split() == [
        "shop=/run/secrets/roles/postgres-owner",
        "audit=/run/secrets/roles/audit-owner",
    ]
    mounts = {each["mountPath"] for each in container["volumeMounts"]}
    assert {each.partition("=")[2] for each in told["OWNERS"].split()} <= mounts


def test_an_image_of_ones_own_says_how_text_sorts(chart: Chart) -> None:
    image = PostgresImage(locales=("C.UTF-8", "de_DE.UTF-8"))
    german = Database(name="shop", locale="de_DE.UTF-8")
    cluster(chart, databases=[german], images=PostgresImages(server=image))


@pytest.mark.parametrize(
    ("databases", "says"),
    [
        ([], "name at least one"),
        ([Database(name="shop"), Database(name="shop")], "name each only once"),
        ([Database(name="shop"), Database(name="shop_session")], "name each only once"),
        (
            [Database(name="shop", locale="de_DE.UTF-8")],
            "PostgresImage(locales=(…, 'de_DE",
        ),
        (
            [Database(name=name, extensions=["pg_cron"]) for name in ("shop", "audit")],
            "create pg_cron in one of them",
        ),
        (
            [
                Database(name="shop", roles=[Owner()]),
                Database(
                    name="audit",
                    roles=[
                        AUDIT.owner,
                        Reader(secret=replace(Reader().secret, name="postgres-owner")),
                    ],
                ),
            ],
            "name each only once",
        ),
    ],
)
def test_fails(chart: Chart, databases: list[Database], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        cluster(chart, databases=databases)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"name": "the shop"}, "Database.name: got 'the shop'; use at most 55"),
        ({"name": "template1"}, "Database.name: got 'template1'; leave this one"),
        ({"name": "shop", "roles": [Writer()]}, "Database.roles"),
        ({"name": "shop", "extensions": ["Vector"]}, "Database.extensions: got 'Vector'"),
    ],
)
def test_a_database_fails(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Database(**arguments)
    assert says in str(refused.value)
