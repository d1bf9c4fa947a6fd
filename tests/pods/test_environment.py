"""A variable that refers to others stands after them, and names none that is not there."""

from __future__ import annotations

import pytest
from cdk8s import Chart

from constructs_lib import ApiTier, ConfigurationError, Container, SecretEnv, SecretRef
from tests.tiers.ends import DATABASE
from tests.tiers.reading import container

IMAGE = "registry.example.com/shop/api:2.0.3"
SECRET = SecretRef(name="queue", keys=("password",))


def names(chart: Chart, **arguments: object) -> list[str]:
    """Return the variables of a tier in the order of its manifest."""
    told = Container(image=IMAGE, **arguments)  # type: ignore[arg-type]
    ApiTier(chart, "api", container=told, database=DATABASE)
    return [variable["name"] for variable in container(chart, "api")["env"]]


def test_what_a_variable_refers_to_stands_before_it(chart: Chart) -> None:
    order = names(
        chart,
        env={
            "QUEUE_URL": "amqp://shop:$(QUEUE_PASSWORD)@$(QUEUE_HOST):5672/$(POD_NAME)",
            "QUEUE_HOST": "queue.$(DOMAIN)",
            "DOMAIN": "example.com",
            "READS": "$(PGHOST):$(PGPORT)",
        },
        pod_env={"POD_NAME": "metadata.name"},
        secret_env=[SecretEnv(name="QUEUE_PASSWORD", secret=SECRET, key="password")],
    )
    for before, after in (
        ("POD_NAME", "PGAPPNAME"),
        ("POD_NAME", "QUEUE_URL"),
        ("QUEUE_PASSWORD", "QUEUE_URL"),
        ("QUEUE_HOST", "QUEUE_URL"),
        ("DOMAIN", "QUEUE_HOST"),
        ("PGHOST", "READS"),
    ):
        assert order.index(before) < order.index(after)


@pytest.mark.parametrize(
    ("env", "says"),
    [
        (
            {"URL": "http://$(HOTS)/"},
            r"Container\.env\['URL'\]: got '\$\(HOTS\)'; give the container",
        ),
        ({"A": "$(B)", "B": "$(A)"}, r"got '\$\(A\)'; refer to none that refers back"),
        ({"A": "$(KUBERNETES_TYPO)"}, "give the container"),
        ({"A": "$(A)"}, "refer to none that refers back"),
    ],
)
def test_fails_on_a_reference_that_cannot_be(chart: Chart, env: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        names(chart, env=env)


def test_what_is_no_reference_stays_as_it_is(chart: Chart) -> None:
    env = {"PLAIN": "$$(HOTS)", "API": "$(KUBERNETES_SERVICE_HOST)", "SHELL": "$(cat file)"}
    names(chart, env=env)
    told = {each["name"]: each.get("value") for each in container(chart, "api")["env"]}
    assert {name: told[name] for name in env} == env


def test_the_version_of_a_field_is_said(chart: Chart) -> None:
    names(chart, pod_env={"NODE": "spec.nodeName"})
    (node, *_) = container(chart, "api")["env"]
    assert node["valueFrom"]["fieldRef"] == {"apiVersion": "v1", "fieldPath": "spec.nodeName"}


def test_a_limit_is_told_in_the_unit_of_the_api(chart: Chart) -> None:
    names(chart, pod_env={"GOMEMLIMIT": "limits.memory"})
    (limit, *_) = container(chart, "api")["env"]
    assert limit["valueFrom"] == {"resourceFieldRef": {"resource": "limits.memory", "divisor": "0"}}


def test_fails_on_a_field_that_no_variable_can_tell() -> None:
    with pytest.raises(ConfigurationError, match=r"Container\.pod_env\['NODE'\]: got 'spec\.node'"):
        Container(image=IMAGE, pod_env={"NODE": "spec.node"})
