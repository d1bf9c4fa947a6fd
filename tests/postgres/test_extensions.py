"""Extensions are created, loaded where they need it, and refused where the image has none."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ConfigurationError
from constructs_lib.postgres import Database, PostgresImage, PostgresImages
from constructs_lib.testing import find
from tests.postgres.ends import cluster, patroni


@pytest.mark.parametrize(
    ("extensions", "own", "loaded"),
    [
        ((), None, "pg_stat_statements"),
        (("pgcrypto", "vector"), None, "pg_stat_statements"),
        (("pg_cron",), None, "pg_stat_statements,pg_cron"),
        ((), "auto_explain", "pg_stat_statements,auto_explain"),
        (("pgaudit",), '"pg_cron", pgaudit', "pg_stat_statements,pgaudit,pg_cron"),
        ((), "citus, auto_explain", "citus,pg_stat_statements,auto_explain"),
    ],
)
def test_own_libraries_are_loaded_besides(
    chart: Chart, extensions: tuple[str, ...], own: str | None, loaded: str
) -> None:
    """In place of ours, the server would know nothing of statements."""
    parameters = {"shared_preload_libraries": own} if own else {}
    cluster(chart, databases=[Database(name="shop", extensions=extensions)], parameters=parameters)
    told = patroni(chart)["postgresql"]["parameters"]
    assert told["shared_preload_libraries"] == loaded


def test_cron_runs_in_the_database_that_it_is_created_in(chart: Chart) -> None:
    cluster(chart, databases=[Database(name="shop", extensions=("pg_cron",))])
    assert patroni(chart)["postgresql"]["parameters"]["cron.database_name"] == "shop"


def test_none_is_dropped(chart: Chart) -> None:
    cluster(chart)
    scripts = find(chart, "ConfigMap", "postgres-scripts")["data"]
    assert "DROP" not in scripts["create-extensions.sql"]


def test_an_image_of_ones_own_says_what_it_has(chart: Chart) -> None:
    image = PostgresImage(image="registry.example.com/postgis:18.6.1", extensions=("postgis",))
    database = Database(name="maps", extensions=["postgis"])
    cluster(chart, databases=[database], images=PostgresImages(server=image))


@pytest.mark.parametrize(
    ("extensions", "says"),
    [
        (
            ("postgis",),
            "Database.extensions: got 'postgis'; use an image that has it, and say so: Postg",
        ),
        (("Vector",), "use the name of an extension"),
        (("vector", "vector"), "name each only once"),
    ],
)
def test_fails(chart: Chart, extensions: tuple[str, ...], says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        cluster(chart, databases=[Database(name="shop", extensions=extensions)])
    assert says in str(refused.value)
