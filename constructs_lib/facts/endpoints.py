"""Endpoints of HTTP services and databases: what a construct gives to its clients."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, End, Peer
from constructs_lib.facts.readable import Readable, check_ends
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_range, check_seconds, check_text
from constructs_lib.values import Value


class UrlForm(StrEnum):
    """What the URL of an endpoint begins with.

    Clients of gRPC take a name (https://github.com/grpc/grpc/blob/master/doc/naming.md).
    """

    HTTP = "http://"
    HTTPS = "https://"
    GRPC = "dns:///"


class HttpEndpoint(Value):
    """An HTTP service inside the cluster.

    Args:
        host: its DNS name.
        port: the port of its Service.
        target: the pods behind it.
        target_port: the name of the port of these pods.
        form: what its URL begins with, by what is spoken there.

    Raises:
        ConfigurationError: a host that is no DNS name, a number that is no port, or a target
            without that port.
    """

    host: str
    port: int
    target: End
    target_port: str
    form: UrlForm = UrlForm.HTTP

    def __post_init__(self) -> None:
        check_ends("HttpEndpoint", self)

    @property
    def url(self) -> str:
        """The URL for clients."""
        return f"{self.form}{self.host}:{self.port}"

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this endpoint makes."""
        return Call(source=source, target=self.target, port=self.target_port)


class DatabaseEndpoint(Readable):
    """A PostgreSQL database, behind a pooler or alone.

    Args:
        host: its DNS name.
        port: the port of its Service.
        database: the name of the database.
        secret: the Secret with the keys ``username`` and ``password``, and
            ``ca.crt`` where the client verifies the certificate of the server.
        connections: how many connections all pods of the client may hold at once.
        capacity: the most connections of all clients of this host together; a baseline
            refuses more. None for no check.
        connections_outside_pool: that each process may open besides those of its pool.
        statement_seconds: the statement timeout of this client; less than its own timeout.
            A `PostgresCluster` enforces it; with another database the client must set it.
        wait_seconds: the longest wait for a connection, such as that of a pooler during a
            failover; less than the timeout of requests to the client.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.
        variables: in which the application reads it; see `read_as`. ``{ssl_mode}``,
            ``{statement_seconds}`` and ``{pool_size}``, of a process, are there too.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    host: str
    port: int = 5432
    database: str
    secret: SecretRef
    connections: int
    capacity: int | None = None
    connections_outside_pool: int = 0
    statement_seconds: int = 20
    wait_seconds: int = 0
    target: End
    target_port: str = "postgres"

    def __post_init__(self) -> None:
        check_ends("DatabaseEndpoint", self)
        check_text("DatabaseEndpoint.database", self.database)
        if not self.database:
            reject("DatabaseEndpoint.database", "", "name the database")
        if self.capacity is not None:
            check_range("DatabaseEndpoint.capacity", self.capacity, 1, 100_000)
        check_range("DatabaseEndpoint.connections", self.connections, 1, self.capacity or 100_000)
        outside = self.connections_outside_pool
        check_range("DatabaseEndpoint.connections_outside_pool", outside, 0, 1000)
        check_seconds("DatabaseEndpoint.statement_seconds", self.statement_seconds)
        check_seconds("DatabaseEndpoint.wait_seconds", self.wait_seconds, low=0)
        check_keys("DatabaseEndpoint.secret", self.secret, "username", "password")

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this database makes."""
        return Call(source=source, target=self.target, port=self.target_port)


class DatabaseUse(Value):
    """Connections of pods to a database.

    Args:
        client: the pods.
        endpoint: that they use.
    """

    client: Peer
    endpoint: DatabaseEndpoint
