"""Facts: all that a construct publishes for others."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import chain
from typing import Any, Protocol

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.dashboards import Dashboard
from constructs_lib.facts.endpoints import DatabaseUse
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import Call, Peer
from constructs_lib.facts.routes import PublicRoute
from constructs_lib.facts.secrets import SecretUse
from constructs_lib.facts.signals import (
    AlertRule,
    Indicator,
    LogFormat,
    MetricsEndpoint,
    PodMetric,
    ServiceLevel,
    check_metric_name,
)
from constructs_lib.rules import check_member, check_text
from constructs_lib.values import Value


class Facts(Value):
    """What a construct publishes for the security baseline and the observability stack.

    A workload of your own takes part by its facts alone: give them to a
    baseline as if they were a construct.

    Args:
        peers: the pods that it runs.
        images: what these run.
        calls: who calls these, and whom they call.
        footprints: how much it takes of each namespace at its worst moment.
        secrets: which Secrets its pods read.
        databases: which databases its pods hold connections to, and how many.
        metrics: where its metrics are read.
        foreign_metrics: what is read besides, that is about others: what the kubelets
            tell, for one.
        pod_metrics: which of them its autoscalers ask for.
        service_level: its objectives for availability and latency; None for no objective.
        indicator: how its success is counted; None where nobody counts.
        alerts: the alerts that it brings along. Each gets the namespace and the name of the
            first peer for labels, unless it is over metrics about others.
        dashboards: those that it brings along, of its own metrics and of those about all pods;
            one that is drawn for each with an indicator is not among them.
        log_format: how its lines are read.
        routes: those that it has on public hosts.
        hosted: the routes of others that it makes a public host for.

    Raises:
        ConfigurationError: a metric is no metric name, or an image has control
            characters.
    """

    peers: tuple[Peer, ...] = ()
    images: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    footprints: tuple[Footprint, ...] = ()
    secrets: tuple[SecretUse, ...] = ()
    databases: tuple[DatabaseUse, ...] = ()
    metrics: tuple[MetricsEndpoint, ...] = ()
    foreign_metrics: tuple[str, ...] = ()
    pod_metrics: tuple[PodMetric, ...] = ()
    service_level: ServiceLevel | None = None
    indicator: Indicator | None = None
    alerts: tuple[AlertRule, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    log_format: LogFormat = LogFormat.JSON
    routes: tuple[PublicRoute, ...] = ()
    hosted: tuple[PublicRoute, ...] = ()

    def __post_init__(self) -> None:
        for image in self.images:
            check_text("Facts.images", image)
        for name in self.foreign_metrics:
            check_metric_name("Facts.foreign_metrics", name)
        check_member("Facts.log_format", self.log_format, LogFormat)

    def joined(self, *parts: Facts) -> Facts:
        """Return these facts together with those of the parts of a construct.

        Raises:
            ConfigurationError: a part says what there can be only one of, such as a
                service level, and these facts do not.
        """
        together: dict[str, Any] = {}
        for fact in fields(self):
            own = getattr(self, fact.name)
            others = [getattr(part, fact.name) for part in parts]
            if fact.default == ():
                together[fact.name] = (*own, *chain.from_iterable(others))
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


class Publisher(Protocol):
    """A construct, or any other object, that has facts."""

    @property
    def facts(self) -> Facts:
        """What it publishes for the baseline and the observability stack."""
        ...
