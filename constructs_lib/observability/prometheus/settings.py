"""Retention and storage of Prometheus."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib import quantities
from constructs_lib.errors import reject
from constructs_lib.observability.prometheus.remote_write import RemoteWrite
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
    """Retention, storage and replicas of Prometheus.

    Replicas store the same series. A single one scrapes and alerts on nothing while it is
    unavailable.

    The oldest samples are deleted after the days of the retention or at four fifths of the
    volume, whichever comes first, so that the volume never fills up.

    Args:
        storage: the StorageClass of the volumes.
        servers: the number of replicas.
        size: of the volume of each, such as ``50Gi``.
        retention_days: at least three, the longest window of alerts on service levels.
        series: the expected number of time series, which the size must suffice for; an alert
            fires when there are more.
        scrape_seconds: the scrape interval; 60 at most, for rates over five minutes.
        resources: of each replica.
        placement: of the replicas.
        remote_write: stores that all samples are sent to as well, for longer or for several
            clusters. Each replica sends its own, with the label ``replica``.

    Raises:
        ConfigurationError: a number out of range, or a retention that the volume
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
    remote_write: Sequence[RemoteWrite] = ()

    def __post_init__(self) -> None:
        check_range("MetricsStore.servers", self.servers, 1, 10)
        check_range("MetricsStore.retention_days", self.retention_days, _LONGEST_WINDOW, 3650)
        check_range("MetricsStore.series", self.series, 1000, 100_000_000)
        check_range("MetricsStore.scrape_seconds", self.scrape_seconds, 5, 60)
        self.storage.check_claim("MetricsStore.size", self.size)
        needed = self.retention_days * _DAY * self.series // self.scrape_seconds * _BYTES_PER_SAMPLE
        if needed > self.retention_bytes:
            reject(
                "MetricsStore.retention_days",
                self.retention_days,
                f"{self.series} series every {self.scrape_seconds} seconds need "
                f"{_gibibytes(needed)}, and of {self.size} there are "
                f"{_gibibytes(self.retention_bytes)} for them: keep fewer days or claim more",
            )

    @property
    def retention_bytes(self) -> int:
        """The size limit of the retention; the rest is for the WAL and for compaction."""
        size = quantities.parse_bytes(self.size, "MetricsStore.size")
        return int(size) * _USABLE_PERCENT // 100


def _gibibytes(amount: int) -> str:
    return f"{amount / 2**30:.1f}Gi"
