"""The storage of Grafana: users, teams, silences and dashboards made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol as Interface

from constructs_lib.cluster import Cluster
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.network import Call, Peer, Port
from constructs_lib.labels import Identity
from constructs_lib.pods.volume_claims import Data
from constructs_lib.pods.volumes import Volume
from constructs_lib.storage import AnyStorageClass
from constructs_lib.values import Value

DATA = "/var/lib/grafana"


class GrafanaStorage(Interface):
    """The database of Grafana, and how many replicas can share it."""

    @property
    def replicas(self) -> int:
        """The number of replicas."""
        ...

    @property
    def ports(self) -> Sequence[Port]:
        """The ports of the gossip between replicas."""
        ...

    @property
    def volumes(self) -> Sequence[Volume | Data]:
        """The volumes of each replica."""
        ...

    @property
    def pod_env(self) -> Mapping[str, str]:
        """The variables that `env` refers to, by fields of the pod."""
        ...

    def env(self, identity: Identity, cluster: Cluster) -> Mapping[str, str]:
        """Return the variables of the database."""
        ...

    @property
    def database(self) -> DatabaseEndpoint | None:
        """The database that replicas hold connections to; None for a file."""
        ...

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls that it needs."""
        ...


class GrafanaVolume(Value):
    """SQLite on a volume: one replica, unavailable for about a minute while it is replaced.

    Args:
        storage_class: of the volume.
        size: such as ``2Gi``.

    Raises:
        ConfigurationError: a size that cannot be.
    """

    storage_class: AnyStorageClass
    size: str = "2Gi"

    def __post_init__(self) -> None:
        self.storage_class.check_claim("GrafanaVolume.size", self.size)

    @property
    def replicas(self) -> int:
        """One: SQLite has one writer."""
        return 1

    @property
    def ports(self) -> Sequence[Port]:
        """None: a single replica does not gossip."""
        return ()

    @property
    def volumes(self) -> Sequence[Volume | Data]:
        """The volume of the database."""
        return (
            Data(name="data", mount_path=DATA, storage_class=self.storage_class, size=self.size),
        )

    @property
    def pod_env(self) -> Mapping[str, str]:
        """None."""
        return {}

    def env(self, identity: Identity, cluster: Cluster) -> Mapping[str, str]:
        """Let readers and the writer not wait for each other: "database is locked" otherwise."""
        return {"GF_DATABASE_WAL": "true"}

    @property
    def database(self) -> None:
        """None: it is a file."""
        return

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return nothing."""
        return ()
