"""What the facts of one construct tell the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from constructs_lib import (
    ConfigurationError,
    DatabaseEndpoint,
    HttpEndpoint,
    Outside,
    Port,
    SecretRef,
    ServiceLevel,
)
from constructs_lib.facts import (
    Call,
    DurationUnit,
    Facts,
    Footprint,
    Indicator,
    KubernetesPermissions,
    Peer,
    PolicyRule,
    Publisher,
    Verb,
)

CALLER = Peer(name="web", namespace="app", selector={"app": "web"})
API = Peer(
    name="api",
    namespace="app",
    selector={"app": "api"},
    ports=(Port(name="metrics", number=9090), Port(name="http", number=8080)),
)


def test_a_call_knows_the_port_of_the_pods() -> None:
    call = Call(source=CALLER, target=API, port="http")
    assert call.target_port == Port(name="http", number=8080)


@pytest.mark.mission("B31")
def test_an_endpoint_says_where_and_whom_its_clients_call() -> None:
    endpoint = HttpEndpoint(
        host="api.app.svc.cluster.local", port=80, target=API, target_port="http"
    )
    assert endpoint.url == "http://api.app.svc.cluster.local:80"
    assert endpoint.called_by(CALLER) == Call(source=CALLER, target=API, port="http")


def test_a_database_is_called_at_its_pods() -> None:
    pooler = Outside(
        name="pooler", cidrs=("10.20.0.0/24",), ports=(Port(name="postgres", number=6432),)
    )
    database = DatabaseEndpoint(
        host="postgres.example.com",
        database="shop",
        secret=SecretRef(name="api-database", keys=("username", "password", "ca.crt")),
        connections=100,
        target=pooler,
    )
    assert database.called_by(CALLER).target_port.number == 6432


def test_access_to_the_api_server_is_a_call_to_each_of_its_ports() -> None:
    api_server = Outside(
        name="api-server",
        cidrs=("10.0.0.1/32",),
        ports=(Port(name="https", number=6443), Port(name="proxy", number=8132)),
    )
    access = KubernetesPermissions(
        rules=(PolicyRule(resources=("pods/log",), verbs=(Verb.GET,)),), api_server=api_server
    )
    assert access.calls_by(CALLER) == (
        Call(source=CALLER, target=api_server, port="https"),
        Call(source=CALLER, target=api_server, port="proxy"),
    )


def test_the_ratio_of_failures_is_of_the_same_series() -> None:
    indicator = Indicator(total="requests_total", failed='status=~"5.."')
    assert indicator.failure_ratio({"app": "web", "track": "canary"}, "1m") == (
        'sum(rate(requests_total{app="web",track="canary",status=~"5.."}[1m]))'
        ' / sum(rate(requests_total{app="web",track="canary"}[1m]))'
    )


def test_failures_may_have_a_counter_of_their_own() -> None:
    tasks = Indicator(total="celery_task_started_total", failed="celery_task_failed_total")
    assert tasks.counters == ("celery_task_started_total", "celery_task_failed_total")
    assert tasks.failure_ratio({"app": "mailer"}) == (
        'sum(rate(celery_task_failed_total{app="mailer"}[5m]))'
        ' / sum(rate(celery_task_started_total{app="mailer"}[5m]))'
    )


@pytest.mark.parametrize(
    ("unit", "bucket"),
    [(DurationUnit.SECONDS, 'le="0.25"'), (DurationUnit.MILLISECONDS, 'le="250.0"')],
)
def test_a_bucket_is_in_the_unit_of_the_histogram(unit: DurationUnit, bucket: str) -> None:
    assert Indicator(total="a_total", failed='code="500"', unit=unit).bucket(0.25) == bucket


def test_facts_alone_are_a_publisher() -> None:
    publisher: Publisher = Facts(peers=(CALLER,))
    assert publisher.facts.peers == (CALLER,)


class MoreFacts(Facts):
    """Facts as they are when somebody has thought of two more."""

    words: tuple[str, ...] = ()
    motto: str = ""


def test_a_new_fact_of_a_part_arrives() -> None:
    whole = MoreFacts(peers=(CALLER,), words=("a",), motto="slow and steady")
    part = MoreFacts(peers=(API,), words=("b", "a"))
    assert whole.joined(part) == MoreFacts(
        peers=(CALLER, API), words=("a", "b"), motto="slow and steady"
    )


def test_what_is_said_twice_is_said_once_but_amounts_add_up() -> None:
    pod = Footprint(namespace="app", pods=1)
    said = Facts(peers=(CALLER,), images=("web:1",), footprints=(pod,))
    assert said.joined(said) == replace(said, footprints=(pod, pod))


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (MoreFacts(motto="more haste"), r"Facts\.motto: got 'more haste'; let the whole say it"),
        (Facts(service_level=ServiceLevel()), r"Facts\.service_level: got ServiceLevel\("),
        (Facts(indicator=Indicator(total="a", failed='b="c"')), r"Facts\.indicator: got Indic"),
    ],
)
def test_fails_to_lose_what_a_part_says(part: Facts, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        MoreFacts().joined(part)
