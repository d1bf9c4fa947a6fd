"""The volumes of a member of a PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib import quantities
from constructs_lib.errors import reject
from constructs_lib.pods.volume_claims import Data
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

# The log of four of its smallest maximum, and what one standby may be behind.
_LEAST_WAL = 4 * 2**30
# An empty database takes some 30 MB; anything smaller than this has no room to work in.
_LEAST_DATA = 2**30


class SameStorageClass(Value):
    """The class of the volume beside it."""


class PostgresStorage(Value):
    """Two volumes for each member: one for data, one for the WAL.

    Commits wait for the WAL, so that it has a disk of its own without large reads; and a
    growing WAL never fills the volume of the data. Claim templates are immutable: to grow a
    volume, see the page on storage.

    Args:
        data: the StorageClass of the data volumes.
        data_size: such as ``100Gi``, at least ``1Gi``.
        wal: that of the WAL, or `SameStorageClass()` as the data.
        wal_size: such as ``20Gi``, at least ``4Gi``.

    Raises:
        ConfigurationError: a size that cannot work.
    """

    data: AnyStorageClass
    data_size: str = "100Gi"
    wal: AnyStorageClass | SameStorageClass = SameStorageClass()
    wal_size: str = "20Gi"

    def __post_init__(self) -> None:
        field = "PostgresStorage.data_size"
        if self.data_bytes < _LEAST_DATA:
            reject(field, self.data_size, "use at least 1Gi")
        if self.wal_bytes < _LEAST_WAL:
            reject("PostgresStorage.wal_size", self.wal_size, "use at least 4Gi")
        self.data.check_claim(field, self.data_size)
        self.wal_class.check_claim("PostgresStorage.wal_size", self.wal_size)

    @property
    def wal_class(self) -> AnyStorageClass:
        """The class of the volumes of the write-ahead log."""
        return self.data if isinstance(self.wal, SameStorageClass) else self.wal

    @property
    def data_bytes(self) -> int:
        """Bytes for data and temporary files."""
        return int(quantities.parse_bytes(self.data_size, "PostgresStorage.data_size"))

    @property
    def wal_bytes(self) -> int:
        """Bytes for the write-ahead log."""
        return int(quantities.parse_bytes(self.wal_size, "PostgresStorage.wal_size"))

    def volumes(self, data_path: str, wal_path: str) -> Sequence[Data]:
        """Return the volumes, mounted at these paths."""
        return (
            Data(name="data", mount_path=data_path, storage_class=self.data, size=self.data_size),
            Data(
                name="wal",
                mount_path=wal_path,
                storage_class=self.wal_class,
                size=self.wal_size,
            ),
        )
