"""The endpoints of a workload: environment variables, secrets, calls and connections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import (
    BrokerEndpoint,
    CacheEndpoint,
    DatabaseEndpoint,
    DatabaseUse,
    HttpEndpoint,
)
from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted
from constructs_lib.pods.secrets import SecretMount
from constructs_lib.rules import check_env_name
from constructs_lib.secret_detection import names_a_secret
from constructs_lib.tiers.database import connect

Endpoint = HttpEndpoint | DatabaseEndpoint | BrokerEndpoint | CacheEndpoint

NO_UPSTREAMS: Mapping[str, HttpEndpoint] = MappingProxyType({})


def connect_all(
    container: Container,
    *,
    database: DatabaseEndpoint | None,
    broker: BrokerEndpoint | None,
    cache: CacheEndpoint | None,
    upstreams: Mapping[str, HttpEndpoint],
    pods: int,
    processes: int = 1,
    threads: int = 1,
) -> Container:
    """Return the container, which has all its other variables, with those of its endpoints.

    Args:
        container: of the workload.
        database: optional.
        broker: optional.
        cache: optional.
        upstreams: by the variable with the URL.
        pods: of the workload at its worst moment, who share the connections of the database.
        processes: of a pod.
        threads: of a process.
    """
    connected = connect_server(connect_server(container, "broker", broker), "cache", cache)
    if database is not None:
        connected = connect(connected, database, pods=pods, processes=processes, threads=threads)
    return connect_upstreams(connected, upstreams)


def uses(peer: Peer, endpoints: Iterable[Endpoint | None]) -> Facts:
    """Return the calls and connections of pods.

    Args:
        peer: the pods.
        endpoints: that they use; None for one that is not given.
    """
    given = [endpoint for endpoint in endpoints if endpoint is not None]
    return Facts(
        calls=tuple(endpoint.called_by(peer) for endpoint in given),
        databases=tuple(
            DatabaseUse(client=peer, endpoint=endpoint)
            for endpoint in given
            if isinstance(endpoint, DatabaseEndpoint)
        ),
    )


def connect_server(
    container: Container, name: str, endpoint: BrokerEndpoint | CacheEndpoint | None
) -> Container:
    """Return the container with an address, and the file of a password if there is one.

    Args:
        container: of the tier.
        name: the prefix of the variables, such as ``broker``.
        endpoint: of the server; optional.
    """
    if endpoint is None:
        return container
    prefix, directory = name.upper(), f"/run/secrets/{name}"
    env = {f"{prefix}_HOST": endpoint.host, f"{prefix}_PORT": str(endpoint.port)}
    files: list[SecretMount] = []
    if endpoint.secret is not None:
        env[f"{prefix}_PASSWORD_FILE"] = f"{directory}/password"
        files.append(mounted(endpoint.secret, directory))
    container.check_left_to(name, env)
    return container.with_defaults(env=env, volumes=files)


def connect_upstreams(container: Container, upstreams: Mapping[str, HttpEndpoint]) -> Container:
    """Return the container, which has all its other variables, with those that name endpoints."""
    for name in upstreams:
        check_env_name("upstreams", name)
        if names_a_secret(name):
            raise ConfigurationError("upstreams", name, "use another name: this is one of a secret")
        if name in container.variables:
            raise ConfigurationError(
                "upstreams", name, "use another name: the container has this variable"
            )
    return container.with_defaults(env={name: endpoint.url for name, endpoint in upstreams.items()})
