"""Next.js: cache, deployment id and key of a self-hosted server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.facts.secrets import CsiSecretRef, SecretRef
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import NODE_PAUSE, Pause
from constructs_lib.pods.probes import UsualChecks
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv
from constructs_lib.pods.volumes import Scratch
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_mount_path, check_range
from constructs_lib.runtimes.node import ALIVE, with_node
from constructs_lib.runtimes.runtime import LongerThanFront, Serving, check_keep_alive
from constructs_lib.runtimes.signals import NODE_SIGNALS, Signals
from constructs_lib.values import Value

# What a browser compares with what it was loaded from, so that an old tab
# reloads instead of failing after a rollout. The image is built with the same:
# https://nextjs.org/docs/app/api-reference/config/next-config-js/deploymentId
_VERSION_VARIABLE = "NEXT_DEPLOYMENT_ID"
_BUILT_IN = "NEXT_PUBLIC_"
# Where the init container has what the server has below .next/server.
_COPY = "/pages"


class TagOfImage(Value):
    """The tag of the image, with dashes for dots."""


class NextJs(Value):
    """The settings of a self-hosted Next.js server.

    Pages that are generated again are written below ``.next/server``, among the code of the server,
    which cannot be written to: build with ``experimental.isrFlushToDisk: false``, so that Next.js
    keeps them in memory without trying, with a cache handler that all pods share, or let them have
    `page_cache_size`.

    Args:
        app_directory: where the image has the application, so that its cache
            below ``.next/cache`` can be written to.
        cache_size: the most that optimized images and fetched data may take.
        page_cache_size: of a copy of ``.next/server`` that can be written to, which an init
            container makes; None for no copy. It must hold the code of the server too.
        deployment_id: what browsers compare with what they were loaded from, so that old tabs
            reload after a rollout; None to tell none, for what the build has. Give only what the
            image was built with, such as `TagOfImage`; with another each navigation loads the
            whole page.
        public_variables: those of ``NEXT_PUBLIC_…`` that the image reads when it starts. Next.js
            builds them in, so that others would have no effect, and are refused.
        server_actions_key: the Secret with the key ``key``, with which all
            replicas encrypt what server actions close over. Without it each
            build has its own, and a form of the old version fails in the new.
            https://nextjs.org/docs/app/guides/data-security#overwriting-encryption-keys-advanced
        signals: what it counts, and how its lines read.
        threads: the connections to a database that its one process has use for at once.
        keep_alive_seconds: that it keeps connections which nobody uses; longer than who is in front
            by default.
        pause: how its container waits before SIGTERM.

    Raises:
        ConfigurationError: a path, size, Secret or number that cannot work.
    """

    app_directory: str = "/app"
    cache_size: str = "256Mi"
    page_cache_size: str | None = None
    deployment_id: str | TagOfImage | None = None
    public_variables: Sequence[str] = ()
    server_actions_key: SecretRef | None = None
    signals: Signals = NODE_SIGNALS
    threads: int = 10
    keep_alive_seconds: int | LongerThanFront = LongerThanFront()
    pause: Pause = NODE_PAUSE

    def __post_init__(self) -> None:
        check_mount_path("NextJs.app_directory", self.app_directory)
        parse_bytes(self.cache_size, "NextJs.cache_size")
        if self.page_cache_size is not None:
            parse_bytes(self.page_cache_size, "NextJs.page_cache_size")
        check_range("NextJs.threads", self.threads, 1, 1000)
        check_keep_alive("NextJs", self.keep_alive_seconds)
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
    def checks(self) -> UsualChecks:
        """The path of liveness: its event loop answers while requests wait for others."""
        return UsualChecks(startup=ALIVE, liveness=ALIVE)

    @property
    def has_request_threads(self) -> bool:
        """No: its event loop takes all that come."""
        return False

    @property
    def closes_gently(self) -> bool:
        """No: it has no connections that stay."""
        return False

    @property
    def timeout_seconds(self) -> None:
        """None: it does not give up on a request."""

    def processes(self, resources: Resources) -> int:
        """Return the number of processes: one, which waits for many at once."""
        return 1

    def spooled_requests(self, resources: Resources) -> int:
        """None: what reads bodies in Node.js hands them on as they come."""
        return 0

    def configure(self, container: Container, serving: Serving) -> Container:
        """Return the container with the environment of Next.js."""
        key, said = self.server_actions_key, self.deployment_id
        container.check_left_to("NextJs.keep_alive_seconds", ["KEEP_ALIVE_TIMEOUT"])
        # Next.js listens on the address in it.
        container.check_left_to("Cluster.addresses", ["HOSTNAME"])
        for name in (*container.variables, *serving.variables):
            if name.startswith(_BUILT_IN) and name not in self.public_variables:
                raise ConfigurationError(
                    "NextJs.public_variables",
                    name,
                    "build the image with it: Next.js puts it into the files for browsers then, "
                    "and reads no other later; or name it here, if the image replaces it when it "
                    "starts",
                )
        by_tag = _VERSION_VARIABLE if isinstance(said, TagOfImage) else None
        own = {_VERSION_VARIABLE: said} if isinstance(said, str) else {}
        return replace(with_node(container), version_variable=by_tag).with_defaults(
            env={
                # The image's own name of the pod would be the address to listen on.
                "HOSTNAME": serving.addresses.wildcard,
                # In milliseconds.
                "KEEP_ALIVE_TIMEOUT": str(1000 * serving.keep_alive_seconds),
                "NEXT_TELEMETRY_DISABLED": "1",
                **own,
            },
            secret_env=[SecretEnv(name="NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", secret=key, key="key")]
            if key
            else [],
            volumes=[
                Scratch(mount_path=f"{self.app_directory}/.next/cache", size=self.cache_size),
                *self._pages(f"{self.app_directory}/.next/server"),
            ],
        )

    def prepared_by(self, main: Container) -> Sequence[Container]:
        """Return the init container that copies the pages to where they can be written."""
        pages = self._pages(_COPY)
        if not pages:
            return ()
        server = f"{self.app_directory}/.next/server"
        script = f"require('fs').cpSync('{server}','{_COPY}',{{recursive:true}})"
        return (
            Container(
                name="pages",
                image=main.image,
                resources=main.resources,
                command=("node", "-e", script),
                volumes=pages,
            ),
        )

    def _pages(self, mount_path: str) -> Sequence[Scratch]:
        size = self.page_cache_size
        return () if size is None else (Scratch(mount_path=mount_path, size=size, name="pages"),)
