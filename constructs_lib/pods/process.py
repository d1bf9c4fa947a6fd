"""A container of a server: a program of somebody else's, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import Port
from constructs_lib.facts.secrets import SecretKind, SecretRef
from constructs_lib.pods.configuration import check_public
from constructs_lib.pods.csi_secrets import CsiSecretFiles
from constructs_lib.pods.image import check_image
from constructs_lib.pods.probes import Check
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv, SecretFiles, SecretMount
from constructs_lib.pods.server_volumes import Data, HostDirectory
from constructs_lib.pods.volumes import Volume, mount
from constructs_lib.rules import check_distinct, check_env_name, check_name, check_range
from constructs_lib.secret_shapes import check_no_secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """A question that the kubelet asks a process.

    Args:
        check: how it is asked.
        port: the number of the port; None for a command.
        period_seconds: between two questions.
        timeout_seconds: to wait for an answer.
        failure_threshold: missed answers in a row before anything happens.

    Raises:
        ConfigurationError: a number out of range.
    """

    check: Check
    port: int | None = None
    period_seconds: int = 10
    timeout_seconds: int = 3
    failure_threshold: int = 3

    def __post_init__(self) -> None:
        if self.port is not None:
            check_range("Probe.port", self.port, 1, 65_535)
        check_range("Probe.period_seconds", self.period_seconds, 1, 3600)
        check_range("Probe.timeout_seconds", self.timeout_seconds, 1, self.period_seconds)
        check_range("Probe.failure_threshold", self.failure_threshold, 1, 1000)

    def to_kube(self) -> k8s.Probe:
        """Return the typed probe."""
        return self.check.probe(
            port=self.port or 0,
            period=self.period_seconds,
            timeout=self.timeout_seconds,
            failures=self.failure_threshold,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A container of a server.

    Args:
        name: of the container.
        image: pinned by digest, or by a tag that does not move.
        resources: how much it is given.
        command: what is started instead of the image's own program.
        args: what that is told.
        ports: what it listens on.
        env: variables in plain text.
        pod_env: variables that tell it about its pod, such as
            ``{"POD_NAME": "metadata.name"}``; `env` and `args` may refer to them
            as ``$(POD_NAME)``.
        secret_env: variables from Secrets, for software that reads no files;
            they may be referred to likewise.
        volumes: what it finds below which path. Processes of one pod that name
            the same volume share it.
        startup: how it is asked whether it has started.
        liveness: how it is asked whether it must be restarted.
        readiness: how it is asked whether it can serve.
        pre_stop: the command that runs before SIGTERM.

    Raises:
        ConfigurationError: a field that cannot work.
    """

    name: str
    image: str
    resources: Resources
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    ports: Sequence[Port] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    pod_env: Mapping[str, str] = field(default_factory=dict)
    secret_env: Sequence[SecretEnv] = ()
    volumes: Sequence[Volume | Data] = ()
    startup: Probe | None = None
    liveness: Probe | None = None
    readiness: Probe | None = None
    pre_stop: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_name("Process.name", self.name)
        check_image("Process.image", self.image)
        check_public("Process.env", self.env)
        for name in self.pod_env:
            check_env_name("Process.pod_env", name)
        check_distinct(
            "Process.env", [*self.env, *self.pod_env, *(env.name for env in self.secret_env)]
        )
        for word in (*self.command, *self.args, *self.pre_stop):
            check_no_secret("command of a Process", word)
        check_distinct("Process.ports", [port.name for port in self.ports])
        check_distinct("Process.volumes", [volume.mount_path for volume in self.volumes])
        offered = {port.number for port in self.ports}
        for probe in (self.startup, self.liveness, self.readiness):
            if probe is not None and probe.port is not None and probe.port not in offered:
                raise ConfigurationError(
                    "Process.ports", sorted(offered), f"add {probe.port}, which a probe asks"
                )

    @property
    def secrets(self) -> tuple[tuple[SecretKind, SecretRef], ...]:
        """What it reads, and from which kind of object."""
        mounted = (volume for volume in self.volumes if is_secret(volume))
        return (
            *((volume.kind, volume.secret) for volume in mounted),
            *((env.kind, env.secret) for env in self.secret_env),
        )

    @property
    def revisions(self) -> dict[str, str]:
        """The annotations that roll it when something that it reads changes."""
        revisions: dict[str, str] = {}
        for volume in self.volumes:
            revisions.update(volume.revisions)
        for env in self.secret_env:
            revisions.update(env.revisions)
        return revisions

    def to_kube(self, security_context: k8s.SecurityContext) -> k8s.Container:
        """Return the typed container."""
        return k8s.Container(
            name=self.name,
            image=self.image,
            image_pull_policy="IfNotPresent",
            command=list(self.command) or None,
            args=list(self.args) or None,
            ports=[
                k8s.ContainerPort(
                    name=port.name,
                    container_port=port.number,
                    protocol=None if port.protocol == "TCP" else port.protocol.value,
                )
                for port in self.ports
            ]
            or None,
            env=self._env() or None,
            resources=self.resources.to_kube(),
            startup_probe=self.startup.to_kube() if self.startup else None,
            liveness_probe=self.liveness.to_kube() if self.liveness else None,
            readiness_probe=self.readiness.to_kube() if self.readiness else None,
            lifecycle=k8s.Lifecycle(
                pre_stop=k8s.LifecycleHandler(exec=k8s.ExecAction(command=list(self.pre_stop)))
            )
            if self.pre_stop
            else None,
            security_context=security_context,
            volume_mounts=[_mount(volume) for volume in self.volumes] or None,
        )

    def _env(self) -> list[k8s.EnvVar]:
        """Return the variables, plain ones last: they may refer to the others."""
        return [
            *(
                k8s.EnvVar(
                    name=name,
                    value_from=k8s.EnvVarSource(field_ref=k8s.ObjectFieldSelector(field_path=path)),
                )
                for name, path in self.pod_env.items()
            ),
            *(env.to_kube() for env in self.secret_env),
            *(k8s.EnvVar(name=name, value=value) for name, value in self.env.items()),
        ]


def is_secret(volume: Volume | Data) -> TypeGuard[SecretMount]:
    """Tell whether a volume is read from a Secret or from a driver that fetches it."""
    return isinstance(volume, SecretFiles | CsiSecretFiles)


def _mount(volume: Volume | Data) -> k8s.VolumeMount:
    return volume.mount() if isinstance(volume, HostDirectory) else mount(volume)
