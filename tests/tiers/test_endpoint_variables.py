"""An application reads its endpoints under names of its own, and all that holds of them holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    BrokerEndpoint,
    CacheEndpoint,
    ConfigurationError,
    Outside,
    Port,
    Replicas,
    SecretRef,
    SocketTier,
    WebTier,
    WorkerTier,
)
from constructs_lib.facts import CsiSecretRef, SentinelMaster
from constructs_lib.runtimes import NodeServer
from tests.tiers.ends import BROKER, CONTAINER, DATABASE, HOST, REDIS
from tests.tiers.reading import container, env, mounts

URL = "postgres://{username}:{password}@{host}:{port}/{database}?sslmode={ssl_mode}"
SINGLE = {
    "DB_HOST": "{host}",
    "DB_PORT": "{port}",
    "DB_USER": "{username}",
    "DB_PASS": "{password}",
    "DB_NAME": "{database}",
    "DB_POOL": "{pool_size}",
}
CACHE = CacheEndpoint(
    host="redis.example.com",
    port=6379,
    target=REDIS,
    target_port="redis",
    secret=SecretRef(name="redis", keys=("password",)),
)


def secrets(chart: Chart, name: str) -> dict[str, tuple[str, str]]:
    refs = {
        each["name"]: each["valueFrom"]["secretKeyRef"]
        for each in container(chart, name)["env"]
        if "valueFrom" in each
    }
    return {variable: (ref["name"], ref["key"]) for variable, ref in refs.items()}


@pytest.mark.mission("B54")
@pytest.mark.mission("B62")
def test_single_variables(chart: Chart) -> None:
    api = ApiTier(chart, "api", container=CONTAINER, database=DATABASE.read_as(SINGLE))
    told = env(chart, "api")
    assert {name: told[name] for name in ("DB_HOST", "DB_PORT", "DB_NAME", "DB_POOL")} == {
        "DB_HOST": "postgres.example.com",
        "DB_PORT": "5432",
        "DB_NAME": "shop",
        "DB_POOL": "4",
    }
    assert secrets(chart, "api") == {
        "DB_USER": ("api-database", "username"),
        "DB_PASS": ("api-database", "password"),
    }
    assert not [name for name in told if name.startswith(("PG", "DATABASE"))]
    assert not [path for path in mounts(chart, "api") if path.startswith("/run/secrets")]
    assert [use.endpoint.connections for use in api.facts.databases] == [200]
    assert ("postgres", "postgres") in [(c.target.name, c.port) for c in api.facts.calls]


@pytest.mark.mission("B62")
def test_a_url_refers_to_its_secrets(chart: Chart) -> None:
    ApiTier(chart, "api", container=CONTAINER, database=DATABASE.read_as({"DATABASE_URL": URL}))
    names = [each["name"] for each in container(chart, "api")["env"]]
    assert env(chart, "api")["DATABASE_URL"] == (
        "postgres://$(API_DATABASE_USERNAME):$(API_DATABASE_PASSWORD)"
        "@postgres.example.com:5432/shop?sslmode=require"
    )
    for secret in ("API_DATABASE_USERNAME", "API_DATABASE_PASSWORD"):
        assert names.index(secret) < names.index("DATABASE_URL")


def test_a_url_refers_to_the_variables_that_there_are(chart: Chart) -> None:
    endpoint = DATABASE.read_as({**SINGLE, "DATABASE_URL": URL})
    ApiTier(chart, "api", container=CONTAINER, database=endpoint)
    assert env(chart, "api")["DATABASE_URL"].startswith("postgres://$(DB_USER):$(DB_PASS)@")


def test_files(chart: Chart) -> None:
    secret = SecretRef(name="api-database", keys=("username", "password", "ca.crt"))
    files = {"DB_PASSWORD_FILE": "{password_file}", "DB_CA": "{ca_file}", "TLS": "{ssl_mode}"}
    endpoint = replace(DATABASE, secret=secret).read_as(files)
    ApiTier(chart, "api", container=CONTAINER, database=endpoint)
    told = env(chart, "api")
    assert told["DB_PASSWORD_FILE"] == "/run/secrets/api-database/password"
    assert told["DB_CA"] == "/run/secrets/api-database/ca.crt"
    assert told["TLS"] == "verify-full"
    assert "/run/secrets/api-database" in mounts(chart, "api")


@pytest.mark.mission("B54")
def test_every_workload_takes_every_endpoint(chart: Chart) -> None:
    given: Mapping[str, Any] = {
        "container": CONTAINER,
        "database": DATABASE.read_as({"DATABASE_URL": URL}),
        "broker": BROKER.read_as({"QUEUE": "redis://{host}:{port}/1"}),
        "cache": CACHE.read_as({"REDIS_URL": "redis://:{password}@{host}:{port}/0"}),
    }
    tiers = [
        ApiTier(chart, "api", **given),
        WebTier(chart, "web", host=HOST, **given),
        SocketTier(chart, "socket", **given),
        WorkerTier(chart, "worker", **given),
    ]
    for tier in tiers:
        name = tier.peer.name
        assert (
            env(chart, name)["REDIS_URL"] == "redis://:$(REDIS_PASSWORD)@redis.example.com:6379/0"
        )
        assert env(chart, name)["QUEUE"] == "redis://redis.example.com:6379/1"
        assert {call.target.name for call in tier.facts.calls} >= {"postgres", "redis"}
        assert [use.client for use in tier.facts.databases] == [tier.peer]


def test_a_url_has_plain_values_escaped(chart: Chart) -> None:
    endpoint = replace(DATABASE, database="shop/orders 2").read_as(
        {"DATABASE_URL": URL, "DB_NAME": "{database}"}
    )
    ApiTier(chart, "api", container=CONTAINER, database=endpoint)
    told = env(chart, "api")
    assert told["DATABASE_URL"].endswith(
        "@postgres.example.com:5432/shop/orders%202?sslmode=require"
    )
    assert told["DB_NAME"] == "shop/orders 2"


def test_every_key_of_the_secret_can_be_told(chart: Chart) -> None:
    secret = SecretRef(name="redis", keys=("password", "sentinel-password", "url", "tls.key"))
    endpoint = replace(CACHE, secret=secret).read_as(
        {
            "REDIS_URL": "{url}",
            "REDIS_SENTINEL_PASSWORD": "{sentinel_password}",
            "REDIS_KEY": "{tls_key_file}",
        }
    )
    ApiTier(chart, "api", container=CONTAINER, cache=endpoint)
    assert secrets(chart, "api") == {
        "REDIS_URL": ("redis", "url"),
        "REDIS_SENTINEL_PASSWORD": ("redis", "sentinel-password"),
    }
    assert env(chart, "api")["REDIS_KEY"] == "/run/secrets/redis/tls.key"


TLS = SecretRef(name="redis", keys=("username", "password", "ca.crt"))


def test_a_broker_with_users_and_tls(chart: Chart) -> None:
    endpoint = replace(BROKER, secret=TLS, tls=True, database=2)
    ApiTier(chart, "api", container=CONTAINER, broker=endpoint)
    told = env(chart, "api")
    assert {name: text for name, text in told.items() if name.startswith("BROKER_")} == {
        "BROKER_HOST": "redis.example.com",
        "BROKER_PORT": "6379",
        "BROKER_DATABASE": "2",
        "BROKER_TLS": "true",
        "BROKER_CA_FILE": "/run/secrets/broker/ca.crt",
        "BROKER_USERNAME_FILE": "/run/secrets/broker/username",
        "BROKER_PASSWORD_FILE": "/run/secrets/broker/password",
    }


@pytest.mark.parametrize(
    ("tls", "url"),
    [
        (False, "redis://$(REDIS_USERNAME):$(REDIS_PASSWORD)@redis.example.com:6379/1?tls=false"),
        (True, "rediss://$(REDIS_USERNAME):$(REDIS_PASSWORD)@redis.example.com:6379/1?tls=true"),
    ],
)
def test_the_scheme_says_whether_a_url_is_of_tls(chart: Chart, *, tls: bool, url: str) -> None:
    keys = ("username", "password")
    endpoint = replace(BROKER, secret=SecretRef(name="redis", keys=keys), tls=tls, database=1)
    text = "{scheme}://{username}:{password}@{host}:{port}/{database}?tls={tls}"
    WorkerTier(chart, "worker", container=CONTAINER, broker=endpoint.read_as({"URL": text}))
    assert env(chart, "worker")["URL"] == url


SENTINELS = Outside(
    name="sentinels", cidrs=("10.20.1.0/24",), ports=(Port(name="sentinel", number=26379),)
)
OF_SENTINELS = BrokerEndpoint(
    host="a.example.com",
    further_hosts=("b.example.com", "c.example.com"),
    port=26379,
    target=SENTINELS,
    target_port="sentinel",
    master=SentinelMaster(name="shop", target=REDIS, target_port="redis"),
)


def test_sentinels_and_the_server_that_they_tell_are_called(chart: Chart) -> None:
    worker = WorkerTier(chart, "worker", container=CONTAINER, broker=OF_SENTINELS)
    told = env(chart, "worker")
    assert {name: text for name, text in told.items() if name.startswith("BROKER_")} == {
        "BROKER_HOSTS": "a.example.com:26379,b.example.com:26379,c.example.com:26379",
        "BROKER_MASTER": "shop",
    }
    assert [(call.target.name, call.target_port.number) for call in worker.facts.calls] == [
        ("sentinels", 26379),
        ("redis", 6379),
    ]


def test_sentinels_under_names_of_the_application(chart: Chart) -> None:
    variables = {"REDIS_SENTINELS": "{hosts}", "REDIS_SENTINEL_MASTER": "{master}"}
    broker = OF_SENTINELS.read_as(variables)
    WorkerTier(chart, "worker", container=CONTAINER, broker=broker)
    told = env(chart, "worker")
    assert told["REDIS_SENTINELS"].count(":26379") == 3
    assert told["REDIS_SENTINEL_MASTER"] == "shop"


def test_fails_on_a_master_of_a_server(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"\{master\}'; use \{host\}, \{port\}"):
        WorkerTier(
            chart, "worker", container=CONTAINER, broker=BROKER.read_as({"MASTER": "{master}"})
        )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (
            {"secret": TLS},
            r"tls: got False; say tls=True, or leave the key 'ca.crt' out",
        ),
        ({"secret": SecretRef(name="redis", keys=("username",))}, "secret: got .*'password'"),
        ({"further_hosts": ("redis.example.com",)}, "further_hosts: .* name each only once"),
        ({"further_hosts": ("b example",)}, "further_hosts: got 'b example'"),
        ({"database": -1}, r"BrokerEndpoint\.database: got -1"),
    ],
)
def test_fails_on_a_server_that_cannot_be(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        replace(BROKER, **changed)


@pytest.mark.parametrize(
    ("name", "port", "says"),
    [("", "redis", "write the name"), ("shop", "http", "has one of redis")],
)
def test_fails_on_a_master_that_cannot_be(name: str, port: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        SentinelMaster(name=name, target=REDIS, target_port=port)


def test_several_of_one_kind(chart: Chart) -> None:
    shared = replace(CACHE, host="shared.example.com", secret=None)
    sessions = shared.read_as({"SESSION_HOST": "{host}"})
    readers = replace(DATABASE, host="readers.example.com").read_as({"READ_HOST": "{host}"})
    api = ApiTier(
        chart, "api", container=CONTAINER, cache=[CACHE, sessions], database=[DATABASE, readers]
    )
    told = env(chart, "api")
    assert told["CACHE_HOST"] == "redis.example.com"
    assert told["SESSION_HOST"] == "shared.example.com"
    assert (told["PGHOST"], told["READ_HOST"]) == ("postgres.example.com", "readers.example.com")
    assert len(api.facts.databases) == 2


def test_fails_when_several_have_the_same_names(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"cache: got .*give all but one variables of th"):
        ApiTier(chart, "api", container=CONTAINER, cache=[CACHE, replace(CACHE, host="b.example")])


@pytest.mark.mission("B105")
@pytest.mark.parametrize(("outside", "pool"), [(0, 5), (2, 3), (4, 1)])
def test_connections_outside_of_the_pool_count(chart: Chart, outside: int, pool: int) -> None:
    endpoint = replace(DATABASE, connections=45, connections_outside_pool=outside)
    ApiTier(
        chart,
        "api",
        container=CONTAINER,
        database=endpoint,
        scaling=Replicas(count=4),
        runtime=NodeServer(),
    )
    assert env(chart, "api")["DATABASE_POOL_SIZE"] == str(pool)


def test_fails_when_nothing_is_left_for_the_pool(chart: Chart) -> None:
    endpoint = replace(DATABASE, connections=45, connections_outside_pool=5)
    with pytest.raises(ConfigurationError, match="connections: got 45; give at least 54: 9 pods"):
        ApiTier(chart, "api", container=CONTAINER, database=endpoint, scaling=Replicas(count=4))


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"A": "{hostname}"}, r"variables: got '\{hostname\}'; use \{host\}, \{port\}"),
        ({"A": "{ca_file}"}, "secret: got .*include 'ca.crt'"),
        ({"GUNICORN_CMD_ARGS": "{host}"}, "GUNICORN_CMD_ARGS'; leave it out: database says it"),
        ({"API_TOKEN": "x{host}"}, "the name of a secret"),
    ],
)
def test_fails(chart: Chart, variables: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        ApiTier(chart, "api", container=CONTAINER, database=DATABASE.read_as(variables))


def test_fails_on_a_password_that_there_is_not(chart: Chart) -> None:
    endpoint = BrokerEndpoint(
        host="redis.example.com",
        port=6379,
        target=REDIS,
        target_port="redis",
        variables={"REDIS_PASSWORD": "{password}"},
    )
    with pytest.raises(ConfigurationError, match=r"BrokerEndpoint\.secret: got None; give it"):
        ApiTier(chart, "api", container=CONTAINER, broker=endpoint)


def test_fails_on_a_variable_with_what_comes_as_a_file_only(chart: Chart) -> None:
    csi = CsiSecretRef(name="api-database", keys=("username", "password"))
    endpoint = replace(DATABASE, secret=csi).read_as(SINGLE)
    with pytest.raises(ConfigurationError, match="can be no variable"):
        ApiTier(
            chart,
            "api",
            container=CONTAINER,
            database=endpoint,
        )


def test_whatever_is_called_has_an_endpoint(chart: Chart) -> None:
    web = WebTier(chart, "web", container=CONTAINER, host=HOST)
    ApiTier(chart, "api", container=CONTAINER, upstreams={"WEB_URL": web.endpoint})
    assert env(chart, "api")["WEB_URL"] == "http://web.app.svc.cluster.local:80"
