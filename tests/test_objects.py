"""Every object of a construct can be reached, by kind and name."""

from __future__ import annotations

import inspect
import re

import pytest
from cdk8s import ApiObject, App, Chart
from constructs import Construct

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Color,
    ConfigurationError,
    Container,
    Host,
    NginxIngress,
    Objects,
    Replicas,
    Route,
    Tls,
    WebTier,
    Workload,
)
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.traffic import LoadBalancer
from tests.postgres.ends import cluster
from tests.public_names import PUBLIC

IMAGE = "registry.example.com/shop/web:1.4.2"


@pytest.fixture
def web(chart: Chart) -> WebTier:
    return WebTier(
        chart,
        "web",
        container=Container(image=IMAGE),
        host=Host(name="example.com", tls=Tls(secret_name="tls"), renderer=NginxIngress()),
        routes=[Route(), Route(name="login", paths=("/login",))],
        load_balancer=LoadBalancer(source_ranges=("0.0.0.0/0",), ports=(80,)),
    )


def names(objects: tuple[ApiObject, ...]) -> list[str]:
    return [f"{each.kind} {each.name}" for each in objects]


def test_all_product_constructs_have_objects() -> None:
    constructs = {
        value
        for value in PUBLIC.values()
        if inspect.isclass(value) and issubclass(value, Construct)
    }
    assert constructs
    assert all(issubclass(each, NamedConstruct) for each in constructs)


def test_all_objects_in_the_order_of_the_file(app: App, web: WebTier) -> None:
    written = re.findall(r"^kind: (.*)$", app.synth_yaml(), re.MULTILINE)
    assert [each.kind for each in web.objects] == written
    assert len(written) == 8


def test_the_only_one_of_a_kind(web: WebTier) -> None:
    assert web.objects["Deployment"].name == "web"


def test_one_of_several_of_a_kind(web: WebTier) -> None:
    assert web.objects["Ingress", "web-login"].name == "web-login"


def test_one_of_several_of_a_name(app: App) -> None:
    for namespace in ("blue", "green"):
        ApiTier(Chart(app, namespace, namespace=namespace), "api", container=Container(image=IMAGE))
    assert Objects(app)["Deployment", "api", "green"].metadata.namespace == "green"


@pytest.mark.parametrize(
    ("key", "there"),
    [
        ("Job", "name one of Deployment, HorizontalPodAutoscaler, Ingress, PodDisruptionBudget"),
        ("Ingress", "name one of ('Ingress', 'web', 'app'), ('Ingress', 'web-login', 'app')"),
        (("Service", "wbe"), "one of ('Service', 'web', 'app'), ('Service', 'web-public', 'app')"),
        (("Service", "web", "ap"), "name one of ('Service', 'web', 'app')"),
    ],
)
def test_fails_with_what_there_is(web: WebTier, key: str, there: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(there)):
        web.objects[key]


def test_the_usual_ones_of_a_tier(web: WebTier) -> None:
    assert names((web.deployment, web.service_account)) == ["Deployment web", "ServiceAccount web"]
    assert names(web.services) == ["Service web", "Service web-public"]
    assert names(web.ingresses) == ["Ingress web", "Ingress web-login"]
    assert names(web.autoscalers) == ["HorizontalPodAutoscaler web"]
    assert names(web.disruption_budgets) == ["PodDisruptionBudget web"]


def test_the_active_color_comes_first(chart: Chart) -> None:
    rollout = BlueGreen(active=Color.GREEN, green="registry.example.com/shop/web:1.4.3")
    tier = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        scaling=Replicas(),
        workload=Workload(rollout=rollout, disruption_budget=None),
    )
    assert names(tier.deployments) == ["Deployment api-green", "Deployment api-blue"]
    assert tier.deployment.name == "api-green"
    assert tier.autoscalers == tier.disruption_budgets == tier.ingresses == ()


def test_the_usual_ones_of_a_database(chart: Chart) -> None:
    postgres = cluster(chart)
    assert names((postgres.stateful_set, *postgres.deployments, *postgres.services)) == [
        "StatefulSet postgres",
        "Deployment postgres-rw",
        "Deployment postgres-ro",
        "Service postgres-members",
        "Service postgres-rw",
        "Service postgres-ro",
    ]
    assert {each.kind for each in postgres.cron_jobs} == {"CronJob"}
