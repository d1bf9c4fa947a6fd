"""Signals of a construct: metrics, service levels, alerts and logs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.facts.network import Neighbour, Peer, check_offered
from constructs_lib.facts.promql import WINDOW, check_promql, metrics_asked, rate, series
from constructs_lib.facts.scraping import ScrapeAuthorization
from constructs_lib.rules import (
    check_range,
    check_text,
    check_url_path,
)
from constructs_lib.values import Value

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


class Scheme(StrEnum):
    """Whether Prometheus scrapes over TLS."""

    HTTP = "http"
    HTTPS = "https"


class MetricsEndpoint(Value):
    """A port and path that Prometheus scrapes.

    Args:
        peer: the pods; a `Neighbour` for those of others, such as CoreDNS or the ingress
            controller, whose own policies must let Prometheus in.
        port: the name of their port.
        path: the path of the exposition.
        names: the metrics that it exposes; all others are dropped when it is scraped, but those
            of client libraries about their process, such as ``process_open_fds``.
        scheme: HTTP, or HTTPS.
        authorization: the credentials that it asks for; None for no credentials.
        about_others: whether its series describe other workloads, as those of
            kube-state-metrics do, so that their labels of pods and namespaces are kept.

    Raises:
        ConfigurationError: a port that the pods do not have, or a path or name
            that Prometheus refuses.
    """

    peer: Peer | Neighbour
    port: str
    path: str
    names: tuple[str, ...]
    scheme: Scheme = Scheme.HTTP
    authorization: ScrapeAuthorization | None = None
    about_others: bool = False

    def __post_init__(self) -> None:
        check_offered("MetricsEndpoint.port", self.port, self.peer)
        check_url_path("MetricsEndpoint.path", self.path)
        for name in self.names:
            check_metric_name("MetricsEndpoint.names", name)


class PodMetric(Value):
    """A metric that each pod exposes and that its autoscaler averages.

    Args:
        name: the metric, as ``custom.metrics.k8s.io`` serves it.
        average: the target value per pod.
        series: the time series it is made of; the same name by default. A
            counter (``…_total``) is read as its rate per second.

    Raises:
        ConfigurationError: a name that Prometheus refuses, or no value above zero.
    """

    name: str
    average: int
    series: str = ""

    def __post_init__(self) -> None:
        check_metric_name("PodMetric.name", self.name)
        if self.series:
            check_metric_name("PodMetric.series", self.series)
        check_range("PodMetric.average", self.average, 1, 1_000_000_000)


class ExternalMetric(Value):
    """A metric of something else than the pods that are scaled by it, such as a queue's length.

    Args:
        name: the metric, as ``external.metrics.k8s.io`` serves it; one name has one query.
        query: one number in PromQL, such as ``sum(celery_queue_length{queue_name="mail"})``, or for
            an object ``sum(rate(nginx_ingress_controller_requests{ingress="web"}[2m]))``.
        average: the target value per replica: so many tasks that wait, or requests.

    Raises:
        ConfigurationError: a name that Prometheus refuses, no PromQL, a query of no metric, or no
            value above zero.
    """

    name: str
    query: str
    average: int

    def __post_init__(self) -> None:
        check_metric_name("ExternalMetric.name", self.name)
        check_text("ExternalMetric.query", self.query)
        check_promql("ExternalMetric.query", self.query)
        if not metrics_asked(self.query):
            reject("ExternalMetric.query", self.query, "ask for a metric")
        check_range("ExternalMetric.average", self.average, 1, 1_000_000_000)


class ServiceLevel(Value):
    """Service level objectives of a tier, over a window of thirty days.

    Args:
        availability_percent: the share of requests that succeed.
        latency_seconds: within which a request is answered; the histogram of the
            image must have this bucket, as those of the Prometheus clients for
            Python and Node have 0.1, 0.25, 0.5, 1, 2.5 and 5. None for no objective.
        latency_percent: the share of requests that are answered within it; without effect
            if there is no latency.

    Raises:
        ConfigurationError: a share below one half, or of 100, which leaves no error budget.
    """

    availability_percent: float = 99.9
    latency_seconds: float | None = 1.0
    latency_percent: float = 99.0

    def __post_init__(self) -> None:
        for name in ("availability_percent", "latency_percent"):
            share = getattr(self, name)
            if not 50 <= share < 100:
                works = "use a percentage from 50 to below 100, such as 99.9"
                reject(f"ServiceLevel.{name}", share, works)
        if self.latency_seconds is not None and not 0 < self.latency_seconds <= 3600:
            reject(
                "ServiceLevel.latency_seconds",
                self.latency_seconds,
                "use more than 0 and at most 3600 seconds",
            )


class DurationUnit(StrEnum):
    """The unit of durations, by its symbol."""

    SECONDS = "s"
    MILLISECONDS = "ms"


class Indicator(Value):
    """The service level indicator: the metrics that count requests, failures and durations.

    Args:
        total: the counter of requests, or of tasks and the like; those that failed are among them.
        failed: the label matcher of those that failed, such as ``code=~"5.."``, or the name of a
            counter of their own, such as ``celery_task_failed_total``.
        histogram: the buckets of durations, such as
            ``http_request_duration_seconds_bucket``; optional.
        unit: of its durations.

    Raises:
        ConfigurationError: a counter or histogram that Prometheus takes for no name of a metric,
            or what is neither matcher nor counter.
    """

    total: str
    failed: str
    histogram: str | None = None
    unit: DurationUnit = DurationUnit.SECONDS

    def __post_init__(self) -> None:
        check_metric_name("Indicator.total", self.total)
        if self.histogram is not None:
            check_metric_name("Indicator.histogram", self.histogram)
        check_text("Indicator.failed", self.failed)
        if not self._failed_apart:
            check_promql("Indicator.failed", series(self.total, self.failed))

    @property
    def counters(self) -> tuple[str, ...]:
        """The names of its counters."""
        return (self.total, self.failed) if self._failed_apart else (self.total,)

    def failures(self, *matchers: str, window: str = WINDOW) -> str:
        """Return the PromQL of how many fail in a second, of series with these labels."""
        if self._failed_apart:
            return rate(self.failed, *matchers, window=window)
        return rate(self.total, *matchers, self.failed, window=window)

    def failure_ratio(self, labels: Mapping[str, str], window: str = "5m") -> str:
        """Return the PromQL of the ratio of failed requests, of series with these labels."""
        matchers = [f'{name}="{value}"' for name, value in labels.items()]
        failed = self.failures(*matchers, window=window)
        return f"sum({failed}) / sum({rate(self.total, *matchers, window=window)})"

    def bucket(self, seconds: float) -> str:
        """Return the label matcher of the requests that were answered within a time."""
        # Prometheus 3 writes whole numbers as 1.0.
        within = seconds * 1000 if self.unit is DurationUnit.MILLISECONDS else seconds
        return f'le="{float(within)}"'

    @property
    def _failed_apart(self) -> bool:
        return _METRIC.fullmatch(self.failed) is not None


def check_metric_name(field: str, value: str) -> None:
    """Refuse an invalid name of a metric."""
    if not _METRIC.fullmatch(value):
        reject(field, value, "use letters, digits, '_' and ':', no digit first")
