"""What runs: an image, its port, its size and what it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from cdk8s_plus_27 import k8s

from constructs_lib import quantities
from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.pods.configuration import ConfigFiles, check_public
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.image import check_image
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.pods.metrics import Metrics
from constructs_lib.pods.probes import Probes
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv, SecretMount
from constructs_lib.pods.volumes import Scratch, Volume, mount
from constructs_lib.rules import check_distinct, check_mount_path, check_name, check_port

# What a container is told by other fields than its variables.
OWN_VARIABLES = frozenset({"METRICS_PORT", "PORT"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """The application container of a workload.

    Args:
        image: pinned by digest, or by a tag that does not move.
        port: what it listens on; the tier tells it in ``PORT``.
        resources: how much it is given.
        probes: how it is asked whether it works.
        hardening: what it may not do.
        metrics: where it exposes metrics, told in ``METRICS_PORT``; None for none.
        env: variables in plain text. They win over the defaults of a tier; what
            follows from its arguments, such as the address of a database, is
            refused here.
        secret_env: variables from Secrets, likewise.
        secret_files: directories from Secrets, or from a driver that fetches them.
        config_files: directories from ConfigMaps, which the tier makes.
        scratch: directories that can be written to, with the most that each
            may hold; they are empty at every start, and are part of
            `Resources.ephemeral_storage`.

    Raises:
        ConfigurationError: a field that cannot work, two things at one path,
            or what looks like a secret among the plain variables.
    """

    image: str
    port: int = 8080
    resources: Resources = Resources()
    probes: Probes = Probes()
    hardening: Hardening = Hardening()
    metrics: Metrics | None = Metrics()
    env: Mapping[str, str] = field(default_factory=dict)
    secret_env: Sequence[SecretEnv] = ()
    secret_files: Sequence[SecretMount] = ()
    config_files: Sequence[ConfigFiles] = ()
    scratch: Mapping[str, str] = field(default_factory=lambda: {"/tmp": "64Mi"})  # noqa: S108

    def __post_init__(self) -> None:
        check_image("Container.image", self.image)
        check_port("Container.port", self.port)
        check_public("Container.env", self.env)
        check_distinct("Container.env", self.variables)
        for name in OWN_VARIABLES.intersection(self.variables):
            raise ConfigurationError("Container.env", name, "use Container.port and metrics")
        for path in self.scratch:
            check_mount_path("Container.scratch", path)
        sizes = [
            quantities.parse_bytes(size, f"Container.scratch[{path!r}]")
            for path, size in self.scratch.items()
        ]
        if sum(sizes) > self.resources.amounts().ephemeral_storage:
            raise ConfigurationError(
                "Resources.ephemeral_storage",
                self.resources.ephemeral_storage,
                f"use at least '{quantities.format_bytes(sum(sizes, Decimal(0)))}': so much may be "
                "in Container.scratch, and the pod is evicted when it holds more",
            )
        check_distinct("mount path in Container", [each.mount_path for each in self._volumes()])
        for holder, volumes in self._volumes_by_field().items():
            check_distinct(holder, [volume.volume_name for volume in volumes])
            for volume in volumes:
                check_name(holder, volume.volume_name)
        revisions: dict[str, str] = {}
        for _, secret in self._secret_refs():
            if revisions.setdefault(secret.name, secret.revision) != secret.revision:
                raise ConfigurationError(
                    f"SecretRef({secret.name!r}).revision",
                    secret.revision,
                    f"use the one that is named beside it, {revisions[secret.name]!r}",
                )

    @property
    def variables(self) -> list[str]:
        """The names of its variables, in plain text and from Secrets."""
        return [*self.env, *(variable.name for variable in self.secret_env)]

    @property
    def separate_metrics_port(self) -> int | None:
        """The port that is for metrics only, if there is one."""
        if self.metrics is None or self.metrics.port == self.port:
            return None
        return self.metrics.port

    @property
    def metrics_port(self) -> str | None:
        """The name of the port that metrics are read from."""
        if self.metrics is None:
            return None
        return "http" if self.metrics.port == self.port else "metrics"

    @property
    def secrets(self) -> tuple[SecretRef, ...]:
        """The Secrets that it reads, each once, with all the keys that it reads of it."""
        return self.secrets_of(SecretKind.SECRET)

    def secrets_of(self, kind: SecretKind) -> tuple[SecretRef, ...]:
        """Return what it reads of objects of a kind, each once, with all the keys."""
        keys: dict[str, dict[str, None]] = {}
        revisions: dict[str, str] = {}
        for holder, secret in self._secret_refs():
            if holder is kind:
                keys.setdefault(secret.name, {}).update(dict.fromkeys(secret.keys))
                revisions[secret.name] = secret.revision
        return tuple(
            SecretRef(name=name, keys=tuple(keys[name]), revision=revision)
            for name, revision in revisions.items()
        )

    @property
    def checksums(self) -> dict[str, str]:
        """Annotations that change, and so roll the pods, when a file or a Secret does."""
        revisions: dict[str, str] = {}
        for volume in self._volumes():
            revisions.update(volume.revisions)
        for env in self.secret_env:
            revisions.update(env.revisions)
        return revisions

    def check_left_to(self, argument: str, variables: Iterable[str]) -> None:
        """Refuse variables that would contradict an argument of the tier."""
        for name in variables:
            if name in self.variables:
                raise ConfigurationError("Container.env", name, f"leave it out: {argument} says it")

    def with_defaults(
        self,
        *,
        env: Mapping[str, str],
        secret_env: Sequence[SecretEnv] = (),
        secret_files: Sequence[SecretMount] = (),
        scratch: Mapping[str, str] | None = None,
    ) -> Container:
        """Return the container with what its tier adds; what is there already wins."""
        return replace(
            self,
            env={
                **{name: value for name, value in env.items() if name not in self.variables},
                **self.env,
            },
            secret_env=[*secret_env, *self.secret_env],
            secret_files=[*secret_files, *self.secret_files],
            scratch={**(scratch or {}), **self.scratch},
        )

    def to_kube(self, lifecycle: Lifecycle) -> k8s.Container:
        """Return the typed container."""
        ports = [k8s.ContainerPort(name="http", container_port=self.port)]
        env = {"PORT": str(self.port)}
        if self.metrics is not None:
            env["METRICS_PORT"] = str(self.metrics.port)
        if self.separate_metrics_port is not None:
            ports.append(
                k8s.ContainerPort(name="metrics", container_port=self.separate_metrics_port)
            )
        env.update(self.env)
        return k8s.Container(
            name="app",
            image=self.image,
            image_pull_policy="IfNotPresent",
            ports=ports,
            env=[
                *(k8s.EnvVar(name=name, value=value) for name, value in env.items()),
                *(secret.to_kube() for secret in self.secret_env),
            ],
            resources=self.resources.to_kube(),
            startup_probe=self.probes.startup(self.port),
            liveness_probe=self.probes.live(self.port),
            readiness_probe=self.probes.ready(self.port),
            lifecycle=lifecycle.to_kube(),
            security_context=self.hardening.container(),
            volume_mounts=[mount(volume) for volume in self._volumes()] or None,
        )

    def volumes(self, workload: str) -> list[k8s.Volume]:
        """Return the typed volumes behind the mounts of a workload of this name."""
        return [volume.volume(workload) for volume in self._volumes()]

    def _secret_refs(self) -> list[tuple[SecretKind, SecretRef]]:
        return [
            *((files.kind, files.secret) for files in self.secret_files),
            *((env.kind, env.secret) for env in self.secret_env),
        ]

    def _volumes(self) -> list[Volume]:
        return [volume for volumes in self._volumes_by_field().values() for volume in volumes]

    def _volumes_by_field(self) -> dict[str, Sequence[Volume]]:
        return {
            "Container.config_files": self.config_files,
            "Container.secret_files": self.secret_files,
            "Container.scratch": [
                Scratch(mount_path=path, size=size) for path, size in self.scratch.items()
            ],
        }
