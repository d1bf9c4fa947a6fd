"""Every fact that a construct publishes makes a difference to whoever collects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field, fields, replace
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import (
    ConfigurationError,
    ExternalSecrets,
    Namespace,
    PodSecurity,
    PublicHost,
    SecretSources,
    SecurityBaseline,
)
from constructs_lib.facts import ExternalMetric, Facts, Neighbour
from constructs_lib.security import Registries
from constructs_lib.testing import manifests
from environments import PRODUCTION
from main import NAMESPACES
from tests.observability.prometheus.ends import INTERNET, stack
from tests.platform.shop import Shop

SOURCE = ExternalSecrets(store=PRODUCTION.secret_store, path="shop/")
NOWHERE = Registries(allowed=("registry.example.org",))
# What main.py has nobody for: one scales by a queue through the adapter, and one through KEDA.
KEDA = Neighbour(name="keda", namespace="keda", selector={"app": "keda-operator"})
QUEUES = [
    Facts(external_metrics=(ExternalMetric(name="waiting", query="sum(pg_up)", average=5),)),
    Facts(metric_readers=(KEDA,)),
]


def collected(shop: Shop, facts: Sequence[Facts], folder: Path, registries: Registries) -> object:
    """Return what all who collect make of facts, or what they say against them."""
    app = App(outdir=str(folder))
    try:
        _, made = stack(
            app,
            watches=facts,
            internet=INTERNET,
            monitoring=Namespace(name="watching"),
            agents=Namespace(name="watchers", pod_security=PodSecurity.PRIVILEGED),
        )
        for host in (shop.made.host, shop.made.monitoring_host):
            public = Chart(app, host.object_name, namespace="public")
            PublicHost(public, "host", host=host, constructs=facts)
        SecretSources(Chart(app, "secrets"), "secrets", constructs=facts, source=SOURCE)
        SecurityBaseline(
            Chart(app, "cluster"),
            "baseline",
            namespaces=NAMESPACES,
            storage=PRODUCTION.storage,
            registries=registries,
            constructs=facts,
        )
    except ConfigurationError as error:
        return str(error)
    # The ways to Prometheus are in its own facts, which a baseline would read with the others.
    return [*manifests(app), made.facts.calls]


def _elsewhere(facts: Facts) -> Facts:
    """Return facts whose certificates are in a namespace without a baseline.

    The stack looks at them where they are, by jobs that a baseline would ask for.
    """
    moved = (replace(each, namespace="watching") for each in facts.certificates)
    return replace(facts, certificates=tuple(moved))


def without(facts: Facts, fact: Field[Any]) -> Facts:
    """Return facts that do not tell this one."""
    emptied: dict[str, Any] = {fact.name: fact.default}
    return replace(facts, **emptied)


@pytest.mark.parametrize("fact", fields(Facts), ids=lambda fact: fact.name)
def test_it_arrives(shop: Shop, tmp_path: Path, fact: Field[Any]) -> None:
    told = [
        # The stack that collects has the same dashboards of its own.
        replace(each.facts, dashboards=()) if each is shop.made.observability else each.facts
        for each in shop.made.constructs
    ]
    told = [*map(_elsewhere, told), *QUEUES]
    assert any(getattr(facts, fact.name) != fact.default for facts in told), "nobody tells it"
    # Some are read for what must be refused only: images from elsewhere, too many connections.
    many = [replace(facts, databases=facts.databases * 100) for facts in told]
    assert [
        (published, registries)
        for published, registries in ((told, PRODUCTION.registries), (many, NOWHERE))
        if collected(shop, published, tmp_path, registries)
        != collected(shop, [without(facts, fact) for facts in published], tmp_path, registries)
    ], "nobody reads it"
