"""Environment variables of the broker, cache and upstreams of a tier."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.endpoints import BrokerEndpoint, CacheEndpoint, HttpEndpoint
from constructs_lib.pods.container import Container
from constructs_lib.pods.csi_secrets import mounted
from constructs_lib.pods.secrets import SecretMount
from constructs_lib.rules import check_env_name
from constructs_lib.secret_detection import names_a_secret

NO_UPSTREAMS: Mapping[str, HttpEndpoint] = MappingProxyType({})


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
