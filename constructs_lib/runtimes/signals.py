"""The signals of a server: what it counts, and how its lines read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.signals import Indicator, check_metric_name
from constructs_lib.values import Value


class Signals(Value):
    """What a server counts, and how its lines read.

    Args:
        indicator: the metrics of its requests, all of which it exposes. None for a server that
            counts none: no dashboard, alert or service level then asks for them.
        metrics: further metrics that it exposes.
        log_format: how its lines are read.

    Raises:
        ConfigurationError: no metric name.
    """

    indicator: Indicator | None = None
    metrics: Sequence[str] = ()
    log_format: LogFormat = LogFormat.JSON

    def __post_init__(self) -> None:
        for name in self.metrics:
            check_metric_name("Signals.metrics", name)

    @property
    def exposed(self) -> Sequence[str]:
        """The names of all metrics that it exposes."""
        counted = self.indicator
        told = (*counted.counters, counted.histogram) if counted else ()
        return (*(name for name in told if name), *self.metrics)


HTTP_SIGNALS = Signals(
    indicator=Indicator(
        total="http_requests_total",
        failed='code=~"5.."',
        histogram="http_request_duration_seconds_bucket",
    )
)
NODE_SIGNALS = replace(HTTP_SIGNALS, log_format=LogFormat.NODE)
