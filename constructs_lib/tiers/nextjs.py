"""What a Next.js server needs to know that other servers do not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretRef
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import check_mount_path
from constructs_lib.workload.configuration import SecretEnv, check_reference
from constructs_lib.workload.container import Container
from constructs_lib.workload.image import version_of
from constructs_lib.workload.node import node_env

_DEPLOYMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class NextJs:
    """The settings of a self-hosted Next.js server.

    Args:
        app_directory: where the image has the application, so that its cache
            below ``.next/cache`` can be written to.
        cache_size: the most that optimized images and pages may take.
        deployment_id: what a browser compares with what it was loaded from, so
            that an old tab reloads instead of failing after a rollout. It must
            be what the image was built with (``NEXT_DEPLOYMENT_ID``); by
            default the tag of the image, its dots as dashes.
            https://nextjs.org/docs/app/api-reference/config/next-config-js/deploymentId
        server_actions_key: the Secret with the key ``key``, with which all
            replicas encrypt what server actions close over. Without it each
            build has its own, and a form of the old version fails in the new.
            https://nextjs.org/docs/app/guides/data-security#overwriting-encryption-keys-advanced

    Raises:
        ConfigurationError: a path, size, id or Secret that cannot work.
    """

    app_directory: str = "/app"
    cache_size: str = "256Mi"
    deployment_id: str | None = None
    server_actions_key: SecretRef | None = None

    def __post_init__(self) -> None:
        check_mount_path("NextJs.app_directory", self.app_directory)
        parse_bytes(self.cache_size, "NextJs.cache_size")
        if self.deployment_id is not None and not _DEPLOYMENT_ID.fullmatch(self.deployment_id):
            raise ConfigurationError(
                "NextJs.deployment_id", self.deployment_id, "use letters, digits, '-' and '_'"
            )
        if self.server_actions_key is not None:
            check_reference("NextJs.server_actions_key", self.server_actions_key)
            if "key" not in self.server_actions_key.keys:
                raise ConfigurationError(
                    "NextJs.server_actions_key",
                    self.server_actions_key.keys,
                    "the Secret must have the key 'key'",
                )

    def configure(self, container: Container) -> Container:
        """Return the container with all that Next.js reads from its environment."""
        tag = version_of(container.image)
        deployment_id = self.deployment_id or (tag and tag.replace(".", "-"))
        key = self.server_actions_key
        return container.with_defaults(
            env={
                # The image's own name of the pod would be the address to listen on.
                "HOSTNAME": "0.0.0.0",  # noqa: S104
                "NEXT_TELEMETRY_DISABLED": "1",
                **({"NEXT_DEPLOYMENT_ID": deployment_id} if deployment_id else {}),
                **node_env(container.resources),
            },
            secret_env=[SecretEnv(name="NEXT_SERVER_ACTIONS_ENCRYPTION_KEY", secret=key, key="key")]
            if key
            else [],
            scratch={f"{self.app_directory}/.next/cache": self.cache_size},
        )
