"""The port and path of the metrics of a container."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.scraping import ScrapeAuthorization
from constructs_lib.facts.signals import check_metric_name
from constructs_lib.rules import check_port, check_url_path
from constructs_lib.values import Value


class Metrics(Value):
    """The port and path of the metrics of a container.

    Args:
        port: another than that of HTTP by default, so that no public route leads to them.
        path: the path of the exposition.
        names: further metrics that the application exposes besides those of its tier; others
            that it has are dropped.
        authorization: the credentials that it asks Prometheus for; None for no credentials.
        public: whether visitors may read them where a public route leads to them.

    Raises:
        ConfigurationError: a port, path or name that cannot be.
    """

    port: int = 9090
    path: str = "/metrics"
    names: Sequence[str] = ()
    authorization: ScrapeAuthorization | None = None
    public: bool = False

    def __post_init__(self) -> None:
        check_port("Metrics.port", self.port)
        check_url_path("Metrics.path", self.path)
        for name in self.names:
            check_metric_name("Metrics.names", name)
