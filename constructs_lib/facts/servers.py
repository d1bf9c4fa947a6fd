"""Endpoints of brokers and caches, one server, several, or sentinels that know which."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, End, Peer, check_offered
from constructs_lib.facts.readable import Readable, check_ends
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.rules import check_distinct, check_range, check_subdomain, check_text
from constructs_lib.values import Value


class SentinelMaster(Value):
    """The server of Redis or Valkey whose address sentinels tell.

    Args:
        name: that the sentinels know it by.
        target: the pods or addresses of it and its replicas.
        target_port: the name of the port of these.

    Raises:
        ConfigurationError: no name, or a target without that port.
    """

    name: str
    target: End
    target_port: str

    def __post_init__(self) -> None:
        check_text("SentinelMaster.name", self.name)
        if not self.name:
            reject("SentinelMaster.name", "", "write the name that the sentinels know it by")
        check_offered("SentinelMaster.target_port", self.target_port, self.target)

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client makes when it knows the address."""
        return Call(source=source, target=self.target, port=self.target_port)


class _ServerEndpoint(Readable):
    host: str
    port: int
    target: End
    target_port: str
    secret: SecretRef | None = None
    tls: bool = False
    database: int = 0
    further_hosts: Sequence[str] = ()
    master: SentinelMaster | None = None

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_ends(kind, self)
        for host in self.further_hosts:
            check_subdomain(f"{kind}.further_hosts", host)
        check_distinct(f"{kind}.further_hosts", self.hosts)
        check_range(f"{kind}.database", self.database, 0, 100_000)
        if self.secret is None:
            return
        if self.keys.isdisjoint({"password", "ca.crt"}) or "username" in self.keys:
            check_keys(f"{kind}.secret", self.secret, "password")
        if "ca.crt" in self.keys and not self.tls:
            reject(f"{kind}.tls", self.tls, "say tls=True, or leave the key 'ca.crt' out")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The DNS names of all."""
        return (self.host, *self.further_hosts)

    @property
    def single(self) -> bool:
        """Whether its host is the server itself, and no other is."""
        return not self.further_hosts and self.master is None

    @property
    def keys(self) -> frozenset[str]:
        """Those of its Secret."""
        return frozenset(self.secret.keys if self.secret else ())

    def called_by(self, source: Peer) -> Call:
        """Return the call that a client of this server makes first."""
        return Call(source=source, target=self.target, port=self.target_port)


class BrokerEndpoint(_ServerEndpoint):
    """A message broker, such as Redis or NATS, that replicas talk over.

    Args:
        host: its DNS name.
        port: the port of its Service.
        target: the pods or addresses behind the host.
        target_port: the name of the port of these.
        secret: the Secret with the keys ``password``, ``username`` where it has users, and
            ``ca.crt`` where an authority of your own signed its certificate; None without
            authentication.
        tls: whether it is spoken to with TLS. The client verifies it with ``ca.crt``, or with the
            authorities that its image knows.
        database: the number of the database, of a server that has several.
        further_hosts: of the same port, such as those of a cluster, or the other sentinels.
        master: that the hosts tell the address of, where they are sentinels; None where they are
            the servers themselves.
        variables: in which the application reads it; see `read_as`. ``{hosts}`` are all, each with
            its port, with commas between; ``{scheme}`` is ``redis``, or ``rediss`` with TLS;
            ``{tls}`` is ``true`` or ``false``; ``{database}`` and ``{master}`` are there too.

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
        secret: the Secret with the keys ``password``, ``username`` where it has users, and
            ``ca.crt`` where an authority of your own signed its certificate; None without
            authentication.
        tls: whether it is spoken to with TLS. The client verifies it with ``ca.crt``, or with the
            authorities that its image knows.
        database: the number of the database, of a server that has several.
        further_hosts: of the same port, such as those of a cluster, or the other sentinels.
        master: that the hosts tell the address of, where they are sentinels; None where they are
            the servers themselves.
        variables: in which the application reads it; see `read_as`. ``{hosts}`` are all, each with
            its port, with commas between; ``{scheme}`` is ``redis``, or ``rediss`` with TLS;
            ``{tls}`` is ``true`` or ``false``; ``{database}`` and ``{master}`` are there too.

    Raises:
        ConfigurationError: a field that cannot work.
    """
