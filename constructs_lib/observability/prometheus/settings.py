"""How much Prometheus keeps, and of what."""

from __future__ import annotations

from constructs_lib import quantities
from constructs_lib.errors import ConfigurationError
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.resources import Resources
from constructs_lib.rules import check_range
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

# https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
_BYTES_PER_SAMPLE = 2
_USABLE_PERCENT = 80
_DAY = 86_400
# Days that alerts on service levels look back.
_LONGEST_WINDOW = 3


class MetricsStore(Value):
    """The Prometheus servers, which hold the same and stand in for each other.

    Two by default. One alone reads nothing, and so alerts on nothing, while it is away.

    The volume is bound to the retention: whichever comes first, its days or four
    fifths of its volume, removes the oldest, so that the disk never fills up.

    Args:
        storage: the class of the volumes.
        servers: how many; each reads, keeps and evaluates all.
        size: of each, such as ``50Gi``.
        retention_days: how long samples are kept; three at least, which alerts on
            service levels look back.
        series: how many time series are expected, which the size must be enough for;
            an alert says when there are more.
        scrape_seconds: between two samples of a series; 60 at most, for rates over
            five minutes.
        resources: of each server.
        placement: where they run.

    Raises:
        ConfigurationError: a number out of range, or days that the volume
            cannot hold.
    """

    storage: AnyStorageClass
    servers: int = 2
    size: str = "50Gi"
    retention_days: int = 15
    series: int = 100_000
    scrape_seconds: int = 30
    resources: Resources = Resources(cpu="500m", memory="2Gi", ephemeral_storage="256Mi")
    placement: Placement = Placement()

    def __post_init__(self) -> None:
        check_range("MetricsStore.servers", self.servers, 1, 10)
        check_range("MetricsStore.retention_days", self.retention_days, _LONGEST_WINDOW, 3650)
        check_range("MetricsStore.series", self.series, 1000, 100_000_000)
        check_range("MetricsStore.scrape_seconds", self.scrape_seconds, 5, 60)
        self.storage.check_claim("MetricsStore.size", self.size)
        needed = self.retention_days * _DAY * self.series // self.scrape_seconds * _BYTES_PER_SAMPLE
        if needed > self.retention_bytes:
            raise ConfigurationError(
                "MetricsStore.retention_days",
                self.retention_days,
                f"{self.series} series every {self.scrape_seconds} seconds need "
                f"{_gibibytes(needed)}, and of {self.size} there are "
                f"{_gibibytes(self.retention_bytes)} for them: keep fewer days or claim more",
            )

    @property
    def retention_bytes(self) -> int:
        """Bytes that samples may take; the rest is for the log and for compaction."""
        size = quantities.parse_bytes(self.size, "MetricsStore.size")
        return int(size) * _USABLE_PERCENT // 100


def _gibibytes(amount: int) -> str:
    return f"{amount / 2**30:.1f}Gi"
