"""Facts: all that a construct publishes for others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from itertools import chain
from typing import Any, Protocol

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.alerts import AlertRule
from constructs_lib.facts.certificates import PartyCertificate
from constructs_lib.facts.dashboards import Dashboard
from constructs_lib.facts.endpoints import DatabaseUse
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.logs import PodLogs
from constructs_lib.facts.network import Call, End, Peer
from constructs_lib.facts.routes import PublicRoute
from constructs_lib.facts.secrets import SecretUse
from constructs_lib.facts.signals import (
    ExternalMetric,
    Indicator,
    MetricsEndpoint,
    PodMetric,
    ServiceLevel,
    check_metric_name,
)
from constructs_lib.rules import check_text
from constructs_lib.values import Value


class Facts(Value):
    """What a construct publishes for the security baseline and the observability stack.

    A workload of your own takes part by its facts alone: give them to a
    baseline as if they were a construct.

    Args:
        peers: the pods that it runs.
        images: of these pods.
        calls: from and to these pods.
        footprints: its demand on the quota of each namespace at the worst moment.
        secrets: that its pods read.
        certificates: of its pods, which are created outside.
        databases: that its pods hold connections to.
        metrics: the endpoints that Prometheus scrapes.
        foreign_metrics: further metrics about other workloads, such as those of kubelets.
        pod_metrics: the metrics of its pods that autoscalers ask the Prometheus adapter for.
        external_metrics: those of other things that its autoscalers follow.
        metric_readers: who asks Prometheus for its autoscalers, instead of the adapter.
        service_level: its objectives for availability and latency; None for no objective.
        indicator: the metrics of its requests; optional.
        alerts: its alerts. Each gets the namespace and the name of the first peer as labels,
            unless its metrics are about others.
        dashboards: its dashboards, on its own metrics and those about all pods; without the
            one that every construct with an indicator gets.
        logs: the format of the log lines of its pods; of pods without one, JSON.
        routes: its routes on public hosts.
        hosted: the routes of others on its public host.

    Raises:
        ConfigurationError: a metric is no metric name, or an image has control
            characters.
    """

    peers: tuple[Peer, ...] = ()
    images: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    footprints: tuple[Footprint, ...] = ()
    secrets: tuple[SecretUse, ...] = ()
    certificates: tuple[PartyCertificate, ...] = ()
    databases: tuple[DatabaseUse, ...] = ()
    metrics: tuple[MetricsEndpoint, ...] = ()
    foreign_metrics: tuple[str, ...] = ()
    pod_metrics: tuple[PodMetric, ...] = ()
    external_metrics: tuple[ExternalMetric, ...] = ()
    metric_readers: tuple[End, ...] = ()
    service_level: ServiceLevel | None = None
    indicator: Indicator | None = None
    alerts: tuple[AlertRule, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    logs: tuple[PodLogs, ...] = ()
    routes: tuple[PublicRoute, ...] = ()
    hosted: tuple[PublicRoute, ...] = ()

    def __post_init__(self) -> None:
        for image in self.images:
            check_text("Facts.images", image)
        for name in self.foreign_metrics:
            check_metric_name("Facts.foreign_metrics", name)

    def joined(self, *parts: Facts) -> Facts:
        """Return these facts merged with those of the parts of a construct.

        Of equal facts one is kept, but for footprints, which add up.

        Raises:
            ConfigurationError: a part has a fact that there can be only one of, such as a
                service level, and these facts do not.
        """
        together: dict[str, Any] = {}
        for fact in fields(self):
            own = getattr(self, fact.name)
            others = [getattr(part, fact.name) for part in parts]
            if fact.default == ():
                every = (*own, *chain.from_iterable(others))
                together[fact.name] = every if fact.name == "footprints" else _once(every)
                continue
            for other in others:
                if other not in (own, fact.default):
                    raise ConfigurationError(
                        f"Facts.{fact.name}", other, "let the whole say it: it has only one"
                    )
        return replace(self, **together)

    @property
    def metric_names(self) -> frozenset[str]:
        """The names of the metrics that it exposes."""
        return frozenset(self.foreign_metrics).union(*(each.names for each in self.metrics))

    @property
    def metrics_about_others(self) -> frozenset[str]:
        """Those of its metrics that describe other workloads, such as kube-state-metrics has."""
        told = (each.names for each in self.metrics if each.about_others)
        return frozenset(self.foreign_metrics).union(*told)

    @property
    def facts(self) -> Facts:
        """These facts, as a construct has them."""
        return self


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    return tuple(distinct)


class Publisher(Protocol):
    """A construct, or any other object, that has facts."""

    @property
    def facts(self) -> Facts:
        """What it publishes for the baseline and the observability stack."""
        ...
