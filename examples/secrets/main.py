"""Secrets of a websocket service: its password from Vault as a file, the rest from a store."""

from cdk8s import App, Chart

from constructs_lib import (
    BrokerEndpoint,
    Container,
    ExternalSecrets,
    Outside,
    Port,
    SecretFiles,
    SecretRef,
    SecretSources,
    SocketTier,
)
from constructs_lib.facts import CsiSecretRef
from constructs_lib.security import VaultFiles


def build(app: App) -> Chart:
    """Build the example, and return the chart of what brings the Secrets."""
    signing = SecretRef(name="socket-signing", keys=("private.pem",))
    password = CsiSecretRef(name="socket-broker", keys=("password",))
    redis = Outside(name="redis", cidrs=("10.20.0.0/24",), ports=(Port(name="redis", number=6379),))
    socket = SocketTier(
        Chart(app, "10-socket", namespace="shop"),
        "socket",
        container=Container(
            image="registry.example.com/shop/socket:0.9.1",
            volumes=[SecretFiles(secret=signing, mount_path="/run/secrets/signing")],
        ),
        broker=BrokerEndpoint(
            host="redis.example.com",
            port=6379,
            secret=password,
            target=redis,
            target_port="redis",
        ),
    )
    secrets = Chart(app, "20-secrets", namespace="shop")
    vault = VaultFiles(
        address="https://vault.example.com:8200", role="shop", path="secret/data/shop/"
    )
    SecretSources(
        secrets,
        "secrets",
        constructs=[socket],
        source=ExternalSecrets(store="shop", path="shop/"),
        exceptions={password.name: vault},
    )
    return secrets


if __name__ == "__main__":
    app = App()
    build(app)
    app.synth()
