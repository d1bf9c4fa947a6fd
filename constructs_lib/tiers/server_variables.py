"""Environment variables of the brokers and caches of a workload."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.facts.readable import OurVariables
from constructs_lib.facts.servers import BrokerEndpoint, CacheEndpoint
from constructs_lib.pods.container import Container
from constructs_lib.tiers.endpoint_variables import EndpointVariables


def connect_server(
    container: Container, name: str, endpoint: BrokerEndpoint | CacheEndpoint
) -> Container:
    """Return the container with an address, and the files of a Secret if there is one.

    Args:
        container: of the tier.
        name: the prefix of the variables, such as ``broker``.
        endpoint: of the server.
    """
    said = endpoint.variables
    own = not isinstance(said, OurVariables) and endpoint.secret is not None
    return EndpointVariables(
        kind=type(endpoint).__name__,
        argument=name,
        name=endpoint.secret.name if own and endpoint.secret else name,
        templates=_ours(name, endpoint) if isinstance(said, OurVariables) else said,
        values={
            "host": endpoint.host,
            "port": str(endpoint.port),
            "hosts": ",".join(f"{host}:{endpoint.port}" for host in endpoint.hosts),
            "database": str(endpoint.database),
            "scheme": "rediss" if endpoint.tls else "redis",
            "tls": str(endpoint.tls).lower(),
            **({"master": endpoint.master.name} if endpoint.master else {}),
        },
        secret=endpoint.secret,
    ).given_to(container)


def _ours(name: str, endpoint: BrokerEndpoint | CacheEndpoint) -> Mapping[str, str]:
    """Return what is told of just this one: a server that is alone has no list of hosts."""
    told = {
        "HOST": ("{host}", endpoint.single),
        "PORT": ("{port}", endpoint.single),
        "HOSTS": ("{hosts}", not endpoint.single),
        "MASTER": ("{master}", endpoint.master is not None),
        "DATABASE": ("{database}", endpoint.database > 0),
        "TLS": ("{tls}", endpoint.tls),
        "CA_FILE": ("{ca_file}", "ca.crt" in endpoint.keys),
        "USERNAME_FILE": ("{username_file}", "username" in endpoint.keys),
        "PASSWORD_FILE": ("{password_file}", "password" in endpoint.keys),
    }
    return {f"{name.upper()}_{each}": text for each, (text, holds) in told.items() if holds}
