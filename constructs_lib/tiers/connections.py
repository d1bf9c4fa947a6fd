"""How a tier is told about its message broker and its cache."""

from __future__ import annotations

from constructs_lib.facts.endpoints import BrokerEndpoint, CacheEndpoint
from constructs_lib.workload.container import Container
from constructs_lib.workload.csi_secrets import mounted


def connect_server(
    container: Container, name: str, endpoint: BrokerEndpoint | CacheEndpoint | None
) -> Container:
    """Return the container with an address, and the file of a password if there is one.

    Args:
        container: of the tier.
        name: what the server is to the tier, such as ``broker``; its variables
            begin with this.
        endpoint: where it is; None for a tier without one.
    """
    if endpoint is None:
        return container
    prefix, directory = name.upper(), f"/run/secrets/{name}"
    env = {f"{prefix}_HOST": endpoint.host, f"{prefix}_PORT": str(endpoint.port)}
    if endpoint.secret is None:
        return container.with_defaults(env=env)
    return container.with_defaults(
        env={**env, f"{prefix}_PASSWORD_FILE": f"{directory}/password"},
        secret_files=[mounted(endpoint.secret, directory)],
    )
