"""Next.js: cache, deployment id and key of a self-hosted server."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.secrets import CsiSecretRef, SecretRef
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import NODE_PAUSE, Pause
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv
from constructs_lib.pods.volumes import Scratch
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_mount_path, check_range
from constructs_lib.runtimes.node import node_env
from constructs_lib.runtimes.runtime import Serving
from constructs_lib.runtimes.signals import HTTP_SIGNALS, Signals
from constructs_lib.values import Value

# What a browser compares with what it was loaded from, so that an old tab
# reloads instead of failing after a rollout. The image is built with the same:
# https://nextjs.org/docs/app/api-reference/config/next-config-js/deploymentId
_VERSION_VARIABLE = "NEXT_DEPLOYMENT_ID"


class NextJs(Value):
    """The settings of a self-hosted Next.js server.

    ``NEXT_DEPLOYMENT_ID`` is the tag of the image, with dashes for dots; build the image with
    the same, and old tabs reload after a rollout.

    Args:
        app_directory: where the image has the application, so that its cache
            below ``.next/cache`` can be written to.
        cache_size: the most that optimized images and pages may take.
        server_actions_key: the Secret with the key ``key``, with which all
            replicas encrypt what server actions close over. Without it each
            build has its own, and a form of the old version fails in the new.
            https://nextjs.org/docs/app/guides/data-security#overwriting-encryption-keys-advanced
        signals: what it counts, and how its lines read.
        threads: the connections to a database that its one process has use for at once.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a path, size, Secret or number that cannot work.
    """

    app_directory: str = "/app"
    cache_size: str = "256Mi"
    server_actions_key: SecretRef | None = None
    signals: Signals = HTTP_SIGNALS
    threads: int = 10
    pause: Pause = NODE_PAUSE

    def __post_init__(self) -> None:
        check_mount_path("NextJs.app_directory", self.app_directory)
        parse_bytes(self.cache_size, "NextJs.cache_size")
        check_range("NextJs.threads", self.threads, 1, 1000)
        if self.server_actions_key is not None:
            if isinstance(self.server_actions_key, CsiSecretRef):
                reject(
                    "NextJs.server_actions_key",
                    self.server_actions_key.name,
                    "use a SecretRef: Next.js reads the key from a variable, and CSI brings files",
                )
            if "key" not in self.server_actions_key.keys:
                reject(
                    "NextJs.server_actions_key",
                    self.server_actions_key.keys,
                    "the Secret must have the key 'key'",
                )

    @property
    def timeout_seconds(self) -> None:
        """None: it does not give up on a request."""

    def processes(self, resources: Resources) -> int:
        """Return the number of processes: one, which waits for many at once."""
        return 1

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the environment of Next.js."""
        key = self.server_actions_key
        if "HOSTNAME" in container.variables:
            raise ConfigurationError(
                "Container.env", "HOSTNAME", "leave it out: Next.js listens on the address in it"
            )
        return replace(container, version_variable=_VERSION_VARIABLE).with_defaults(
            env={
                # The image's own name of the pod would be the address to listen on.
                "HOSTNAME": serving.addresses.wildcard,
                # Milliseconds, and longer than nginx keeps idle connections, as for gunicorn.
                "KEEP_ALIVE_TIMEOUT": "75000",
                "NEXT_TELEMETRY_DISABLED": "1",
                **node_env(container.resources),
            },
            secret_env=[SecretEnv(name="NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", secret=key, key="key")]
            if key
            else [],
            volumes=[Scratch(mount_path=f"{self.app_directory}/.next/cache", size=self.cache_size)],
        )
