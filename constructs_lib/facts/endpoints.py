"""Endpoints: what a construct gives to its clients so that they can call it."""

from __future__ import annotations

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Call, End, Peer, check_offered
from constructs_lib.facts.secrets import SecretRef, check_reference
from constructs_lib.rules import check_range, check_seconds, check_subdomain, check_text
from constructs_lib.values import Value


class HttpEndpoint(Value):
    """An HTTP service inside the cluster.

    Args:
        host: its DNS name.
        port: the port of its Service.
        target: the pods behind it.
        target_port: the name of the port of these pods.

    Raises:
        ConfigurationError: a host that is no DNS name, a number that is no port, or a target
            without that port.
    """

    host: str
    port: int
    target: End
    target_port: str

    def __post_init__(self) -> None:
        _check_ends("HttpEndpoint", self)

    @property
    def url(self) -> str:
        """The URL that clients are given."""
        return f"http://{self.host}:{self.port}"

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this endpoint makes."""
        return Call(source=source, target=self.target, port=self.target_port)


class DatabaseEndpoint(Value):
    """A PostgreSQL database, behind a pooler or alone.

    Args:
        host: its DNS name.
        port: the port of its Service.
        database: the name of the database.
        secret: the Secret with the keys ``username`` and ``password``, and
            ``ca.crt`` where the client shall verify whom it talks to.
        connections: how many connections all pods of the client may hold at once.
        capacity: how many all of its clients may hold together, whatever endpoint
            they were given; a baseline refuses more. None where nobody counts.
        statement_seconds: after which the database gives up on a statement of
            this client; less than the client itself waits. A `PostgresCluster`
            does so by itself; for another database the client has to ask for it.
        wait_seconds: how long a client may wait for a connection, as a pooler lets
            it through a failover; less than is waited for the client itself.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    host: str
    port: int = 5432
    database: str
    secret: SecretRef
    connections: int
    capacity: int | None = None
    statement_seconds: int = 20
    wait_seconds: int = 0
    target: End
    target_port: str = "postgres"

    def __post_init__(self) -> None:
        _check_ends("DatabaseEndpoint", self)
        check_text("DatabaseEndpoint.database", self.database)
        if not self.database:
            raise ConfigurationError("DatabaseEndpoint.database", "", "name the database")
        if self.capacity is not None:
            check_range("DatabaseEndpoint.capacity", self.capacity, 1, 100_000)
        check_range("DatabaseEndpoint.connections", self.connections, 1, self.capacity or 100_000)
        check_seconds("DatabaseEndpoint.statement_seconds", self.statement_seconds)
        check_seconds("DatabaseEndpoint.wait_seconds", self.wait_seconds, low=0)
        check_reference("DatabaseEndpoint.secret", self.secret)
        missing = {"username", "password"} - set(self.secret.keys)
        if missing:
            raise ConfigurationError(
                "DatabaseEndpoint.secret", self.secret.keys, "include 'username' and 'password'"
            )

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this database makes."""
        return Call(source=source, target=self.target, port=self.target_port)


class DatabaseUse(Value):
    """That pods hold connections to a database.

    Args:
        client: the pods.
        endpoint: what they were given of it.
    """

    client: Peer
    endpoint: DatabaseEndpoint


class _ServerEndpoint(Value):
    host: str
    port: int
    target: End
    target_port: str
    secret: SecretRef | None = None

    def __post_init__(self) -> None:
        kind = type(self).__name__
        _check_ends(kind, self)
        if self.secret is not None:
            check_reference(f"{kind}.secret", self.secret)
            if "password" not in self.secret.keys:
                raise ConfigurationError(
                    f"{kind}.secret", self.secret.keys, "include the key 'password'"
                )

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this server makes."""
        return Call(source=source, target=self.target, port=self.target_port)


class BrokerEndpoint(_ServerEndpoint):
    """A message broker, such as Redis or NATS, that replicas talk over.

    Args:
        host: its DNS name.
        port: the port of its Service.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.
        secret: the Secret with the key ``password``; None for a broker that asks for none.

    Raises:
        ConfigurationError: a field that cannot work.
    """


class CacheEndpoint(_ServerEndpoint):
    """A cache, such as Redis or Memcached, that replicas share.

    Args:
        host: its DNS name.
        port: the port of its Service.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.
        secret: the Secret with the key ``password``; None for a cache that asks for none.

    Raises:
        ConfigurationError: a field that cannot work.
    """


def _check_ends(kind: str, endpoint: HttpEndpoint | DatabaseEndpoint | _ServerEndpoint) -> None:
    check_subdomain(f"{kind}.host", endpoint.host)
    check_range(f"{kind}.port", endpoint.port, 1, 65_535)
    check_offered(f"{kind}.target_port", endpoint.target_port, endpoint.target)
