"""How a tier is told about its message broker."""

from __future__ import annotations

from constructs_lib.facts.endpoints import BrokerEndpoint
from constructs_lib.workload.configuration import SecretFiles
from constructs_lib.workload.container import Container

_SECRET_DIRECTORY = "/run/secrets/broker"


def connect(container: Container, broker: BrokerEndpoint) -> Container:
    """Return the container with the address of the broker, and its password if it has one."""
    env = {"BROKER_HOST": broker.host, "BROKER_PORT": str(broker.port)}
    if broker.secret is None:
        return container.with_defaults(env=env)
    return container.with_defaults(
        env={**env, "BROKER_PASSWORD_FILE": f"{_SECRET_DIRECTORY}/password"},
        secret_files=[SecretFiles(secret=broker.secret, mount_path=_SECRET_DIRECTORY)],
    )
