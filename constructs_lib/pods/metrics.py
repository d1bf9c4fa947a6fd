"""Where a container exposes what it measures."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.facts.signals import check_metric_name
from constructs_lib.rules import check_port, check_several, check_url_path
from constructs_lib.values import Value


class Metrics(Value):
    """Where a container exposes its metrics.

    Args:
        port: a port of their own by default, so that no route of the public
            host leads to them.
        path: the path of the exposition.
        names: further metrics that the application promises beside those that
            its tier asks for.

    Raises:
        ConfigurationError: a port, path or name that cannot be.
    """

    port: int = 9090
    path: str = "/metrics"
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_port("Metrics.port", self.port)
        check_url_path("Metrics.path", self.path)
        check_several("Metrics.names", self.names)
        for name in self.names:
            check_metric_name("Metrics.names", name)
