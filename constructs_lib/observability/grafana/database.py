"""A PostgreSQL database as the storage of Grafana, which several replicas share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.errors import reject
from constructs_lib.facts.endpoints import DatabaseEndpoint
from constructs_lib.facts.network import Call, Peer, Port, TransportProtocol
from constructs_lib.labels import Identity
from constructs_lib.observability.grafana.storage import DATA
from constructs_lib.pods.secrets import SecretFiles
from constructs_lib.pods.service import member_names
from constructs_lib.pods.volume_claims import Data
from constructs_lib.pods.volumes import Scratch, Volume
from constructs_lib.rules import check_range
from constructs_lib.values import Value

_DATABASE_FILES = "/etc/grafana/database"
_GOSSIP = Port(name="gossip", number=9094)
_GOSSIP_UDP = Port(name="gossip-udp", number=9094, protocol=TransportProtocol.UDP)


class GrafanaDatabase(Value):
    """A PostgreSQL database, which several replicas share.

    Args:
        database: its endpoint, with a user that may make tables, since Grafana makes its own:
            ``grafana_postgres.read_write(connections=20, role=Owner())``; the Secret needs
            ``ca.crt`` too. Use another than the monitored
            database, or dashboards are away during its outage. Its `statement_seconds` must be
            enforced by the database, as a `PostgresCluster` does: Grafana sets none.
        replicas: of Grafana; they share which notifications were sent.

    Raises:
        ConfigurationError: no certificate to verify the database by, a number out of range,
            or less than a connection to each server.
    """

    database: DatabaseEndpoint
    replicas: int = 2

    def __post_init__(self) -> None:
        check_range("GrafanaDatabase.replicas", self.replicas, 2, 9)
        if "ca.crt" not in self.database.secret.keys:
            reject(
                "GrafanaDatabase.database", self.database.secret.keys, "include the key 'ca.crt'"
            )
        if self.database.connections < self.replicas:
            reject(
                "DatabaseEndpoint.connections",
                self.database.connections,
                f"give at least {self.replicas}, one to each server",
            )

    @property
    def ports(self) -> Sequence[Port]:
        """The ports of the gossip between replicas."""
        return (_GOSSIP, _GOSSIP_UDP)

    @property
    def volumes(self) -> Sequence[Volume | Data]:
        """The Secret of the database, and an emptyDir for what is not kept."""
        return (
            SecretFiles(secret=self.database.secret, mount_path=_DATABASE_FILES),
            Scratch(mount_path=DATA, size="256Mi"),
        )

    @property
    def pod_env(self) -> Mapping[str, str]:
        """The address that a replica advertises."""
        return {"POD_IP": "status.podIP"}

    def env(self, identity: Identity, cluster: Cluster) -> Mapping[str, str]:
        """Return the variables of the database and of high availability."""
        members = member_names(cluster, identity, self.replicas)
        address = cluster.addresses.with_port("$(POD_IP)", _GOSSIP.number)
        return {
            "GF_DATABASE_TYPE": "postgres",
            "GF_DATABASE_HOST": f"{self.database.host}:{self.database.port}",
            "GF_DATABASE_NAME": self.database.database,
            "GF_DATABASE_USER__FILE": f"{_DATABASE_FILES}/username",
            "GF_DATABASE_PASSWORD__FILE": f"{_DATABASE_FILES}/password",
            "GF_DATABASE_SSL_MODE": "verify-full",
            "GF_DATABASE_CA_CERT_PATH": f"{_DATABASE_FILES}/ca.crt",
            "GF_DATABASE_MAX_OPEN_CONN": str(self.database.connections // self.replicas),
            "GF_UNIFIED_ALERTING_HA_LISTEN_ADDRESS": address,
            "GF_UNIFIED_ALERTING_HA_ADVERTISE_ADDRESS": address,
            "GF_UNIFIED_ALERTING_HA_PEERS": ",".join(
                f"{member}:{_GOSSIP.number}" for member in members
            ),
        }

    def calls_by(self, source: Peer) -> tuple[Call, ...]:
        """Return the calls to the database, and those between replicas."""
        return (
            self.database.called_by(source),
            *(Call(source=source, target=source, port=port.name) for port in self.ports),
        )
