"""The door for clients that need a session of their own."""

from __future__ import annotations

import re

import pytest
from cdk8s import App, Chart

from constructs_lib import ConfigurationError, Container, Migration, Namespace, SecurityBaseline
from constructs_lib.postgres import Pooler
from constructs_lib.testing import find
from tests.postgres.ends import FAST, cluster


def ini(chart: Chart, name: str) -> str:
    text: str = find(chart, "ConfigMap", f"{name}-pgbouncer")["data"]["pgbouncer.ini"]
    return text


def shares(chart: Chart) -> tuple[int, int]:
    def number(name: str) -> int:
        (found,) = re.findall(rf"^{name} = (\d+)$", ini(chart, "postgres-rw"), re.MULTILINE)
        return int(found)

    return number("default_pool_size"), number("max_client_conn")


def test_the_poolers_for_writing_know_the_database_by_a_second_name(chart: Chart) -> None:
    cluster(chart)
    line = (
        "shop_session = host=127.0.0.1 port=5000 auth_user=pgbouncer dbname=shop "
        "pool_mode=session pool_size=4 max_db_connections=4"
    )
    assert line in ini(chart, "postgres-rw").splitlines()
    assert "_session" not in ini(chart, "postgres-ro")


def test_its_endpoint_leads_to_the_same_poolers(chart: Chart) -> None:
    postgres = cluster(chart)
    session, shared = postgres.session(connections=2), postgres.read_write(connections=2)
    assert (session.host, session.target) == (shared.host, shared.target)
    assert session.database == "shop_session"
    assert (session.capacity, session.statement_seconds) == (4, 86_400)


def test_sessions_are_taken_from_the_share_of_the_pools(app: App) -> None:
    with_them, without = (Chart(app, id, namespace=id) for id in ("one", "other"))
    cluster(with_them)
    cluster(without, pooler=Pooler(session_connections=0))
    assert "_session" not in ini(without, "postgres-rw")
    # Three poolers in a rollout have four each: of six, each gives up two.
    assert shares(without)[0] - shares(with_them)[0] == 2


@pytest.mark.parametrize(
    ("pooler", "connections"), [(Pooler(), 5), (Pooler(session_connections=0), 1)]
)
def test_fails_with_more_sessions_than_there_are(
    chart: Chart, pooler: Pooler, connections: int
) -> None:
    with pytest.raises(ConfigurationError, match=r"Pooler\.session_connections, or raise that"):
        cluster(chart, pooler=pooler).session(connections=connections)


def test_fails_when_sessions_take_all_connections(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"for sessions \(session_connections\)"):
        cluster(chart, pooler=Pooler(session_connections=1000))


def test_sessions_of_all_clients_count_together(app: App, chart: Chart) -> None:
    postgres = cluster(chart)
    apps = Chart(app, "apps", namespace="shop")
    migrations = [
        Migration(
            apps,
            id,
            container=Container(image="registry.example.com/shop/api:2.0.3"),
            check=["bin/up-to-date"],
            database=postgres.session(connections=3),
        )
        for id in ("one", "other")
    ]
    with pytest.raises(ConfigurationError, match="let them add up to 4 at most"):
        SecurityBaseline(
            Chart(app, "ground"),
            "baseline",
            namespaces=[Namespace(name="app"), Namespace(name="shop")],
            constructs=[postgres, *migrations],
            storage=[FAST],
        )
