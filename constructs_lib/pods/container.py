"""A container: image, resources, environment, volumes and probes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Self

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.facts.network import Port
from constructs_lib.pods.checks import ExecCheck
from constructs_lib.pods.env_from import ConfigVariables, SecretVariables
from constructs_lib.pods.environment import check_pod_env, check_public, environment
from constructs_lib.pods.image import check_image, version_of
from constructs_lib.pods.lifecycle import Sleep
from constructs_lib.pods.ports import listed
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.resources import Resources
from constructs_lib.pods.secrets import SecretEnv
from constructs_lib.pods.volumes import Mounted
from constructs_lib.quantities import parse_bytes
from constructs_lib.rules import (
    check_distinct,
    check_env_name,
    check_name,
    check_text,
)
from constructs_lib.secret_detection import check_no_secret_in_words, public_texts
from constructs_lib.values import Value


class Container(Value):
    """A container of a pod: an application, a third-party server, or a sidecar.

    Args:
        image: pinned by digest, or by a tag that does not move.
        name: of the container, unique in its pod.
        resources: requests and limits.
        memory_at_rest: that it keeps without requests, such as ``300Mi``; an autoscaler's target
            of memory must be above. None where that is not known.
        command: instead of the entrypoint of the image.
        args: of the command or entrypoint.
        ports: that it listens on.
        env: variables in plain text. They override the defaults of a tier; variables that
            follow from the arguments of the tier, such as the address of a database, are
            refused here. A value may refer to any other variable of the container as
            ``$(NAME)``; ``$$(NAME)`` is that text itself.
        pod_env: variables from fields of its pod, such as
            ``{"POD_NAME": "metadata.name"}``, or a request or limit of its own, such as
            ``limits.memory`` in bytes; any field of
            https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
            that variables support.
        secret_env: variables from Secrets, for software that reads no files.
        env_from: all keys of ConfigMaps or Secrets as variables; single ones win.
        version_variable: a variable with the tag of its image, with dashes for dots; optional.
        volumes: with their mount paths. Containers of one pod that name the same volume
            share it.
        startup: the startup probe; None for no probe. The other two begin after it.
        liveness: the liveness probe; None for no probe.
        readiness: the readiness probe; None for no probe.
        pre_stop: the command of the preStop hook, or a native `Sleep`.

    Raises:
        ConfigurationError: an invalid field, two variables or volumes of one name or path, a
            reference to a variable that does not exist, or a plain one that looks like a secret.
    """

    image: str
    name: str = "app"
    resources: Resources = Resources()
    memory_at_rest: str | None = None
    command: Sequence[str] = ()
    args: Sequence[str] = ()
    ports: Sequence[Port] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    pod_env: Mapping[str, str] = field(default_factory=dict)
    secret_env: Sequence[SecretEnv] = ()
    env_from: Sequence[SecretVariables | ConfigVariables] = ()
    version_variable: str | None = None
    volumes: Sequence[Mounted] = ()
    startup: Probe | None = None
    liveness: Probe | None = None
    readiness: Probe | None = None
    pre_stop: Sequence[str] | Sleep = ()

    def __post_init__(self) -> None:
        check_name("Container.name", self.name)
        check_image("Container.image", self.image)
        if self.memory_at_rest is not None:
            parse_bytes(self.memory_at_rest, "Container.memory_at_rest")
        check_public("Container.env", self.env)
        check_pod_env("Container.pod_env", self.pod_env)
        if self.version_variable is not None:
            check_env_name("Container.version_variable", self.version_variable)
            if version_of(self.image) is None:
                reject(
                    "Container.version_variable",
                    self.version_variable,
                    f"name the tag of {self.image} too, '…:1.4.2@sha256:…'",
                )
        check_distinct("Container.env", self._single_variables)
        check_distinct("Container.env_from", self._variables_from)
        for name, words in (
            ("command", self.command),
            ("args", self.args),
            ("pre_stop", self._pre_stop_command),
        ):
            for word in words:
                check_text(f"Container.{name}", word)
            check_no_secret_in_words(f"Container.{name}", words)
        check_distinct("Container.ports", [port.name for port in self.ports])
        check_distinct("Container.volumes", [volume.mount_path for volume in self.volumes])
        offered = {port.number for port in self.ports}
        for probe in (self.startup, self.liveness, self.readiness):
            if probe is not None and probe.port is not None and probe.port not in offered:
                reject("Container.ports", sorted(offered), f"add {probe.port}, which a probe asks")

    @property
    def variables(self) -> list[str]:
        """The names of its variables, plain or not."""
        return list(dict.fromkeys((*self._single_variables, *self._variables_from)))

    @property
    def revisions(self) -> dict[str, str]:
        """The annotations that roll its pods when a file or Secret that it reads changes.

        And that of texts which are said to be public.
        """
        read = (*self.volumes, *self.secret_env, *self.env_from)
        checks = (probe.check for probe in (self.startup, self.liveness, self.readiness) if probe)
        asked = (word for check in checks if isinstance(check, ExecCheck) for word in check.command)
        said = (*self.command, *self.args, *self._pre_stop_command, *asked)
        public = public_texts(self.name, (*self.env.values(), *said))
        return {**public, **{key: text for each in read for key, text in each.revisions.items()}}

    @property
    def memory_percent_at_rest(self) -> int | None:
        """The same as a percentage of its memory, rounded up."""
        if self.memory_at_rest is None:
            return None
        kept = parse_bytes(self.memory_at_rest, "Container.memory_at_rest")
        return math.ceil(100 * kept / self.resources.amounts().memory)

    def check_left_to(self, argument: str, variables: Iterable[str]) -> None:
        """Refuse variables that would contradict an argument of the tier."""
        for name in variables:
            if name in self.variables:
                reject("Container.env", name, f"leave it out: {argument} says it")

    def with_defaults(
        self,
        *,
        env: Mapping[str, str] | None = None,
        secret_env: Sequence[SecretEnv] = (),
        volumes: Sequence[Mounted] = (),
        memory_at_rest: str | None = None,
    ) -> Self:
        """Return the container with what its tier says by default; its own words win."""
        mounted = {volume.mount_path for volume in self.volumes}
        return replace(
            self,
            memory_at_rest=self.memory_at_rest or memory_at_rest,
            env={
                **{k: text for k, text in (env or {}).items() if k not in self.variables},
                **self.env,
            },
            secret_env=[*secret_env, *self.secret_env],
            volumes=[*(v for v in volumes if v.mount_path not in mounted), *self.volumes],
        )

    def to_kube(self, security_context: k8s.SecurityContext) -> k8s.Container:
        """Return the typed container; it knows no native `Sleep`."""
        command = list(self._pre_stop_command)
        return k8s.Container(
            name=self.name,
            image=self.image,
            image_pull_policy="IfNotPresent",
            command=[str(word) for word in self.command] or None,
            args=[str(word) for word in self.args] or None,
            ports=[
                k8s.ContainerPort(
                    name=port.name,
                    container_port=port.number,
                    protocol=port.protocol.written,
                )
                for port in listed(self.ports)
            ]
            or None,
            env=self._env() or None,
            env_from=[source.to_kube() for source in self.env_from] or None,
            resources=self.resources.to_kube(),
            startup_probe=self.startup.to_kube() if self.startup else None,
            liveness_probe=self.liveness.to_kube() if self.liveness else None,
            readiness_probe=self.readiness.to_kube() if self.readiness else None,
            lifecycle=k8s.Lifecycle(
                pre_stop=k8s.LifecycleHandler(exec=k8s.ExecAction(command=command))
            )
            if command
            else None,
            security_context=security_context,
            volume_mounts=[each.mount() for each in self.volumes if not each.is_device] or None,
            volume_devices=[
                k8s.VolumeDevice(name=each.volume_name, device_path=each.mount_path)
                for each in self.volumes
                if each.is_device
            ]
            or None,
        )

    @property
    def _pre_stop_command(self) -> Sequence[str]:
        return () if isinstance(self.pre_stop, Sleep) else self.pre_stop

    def _env(self) -> list[k8s.EnvVar]:
        version = version_of(self.image)
        said = (
            {self.version_variable: version.replace(".", "-")}
            if self.version_variable and version and self.version_variable not in self.variables
            else {}
        )
        return environment(
            {**said, **self.env},
            pod_env=self.pod_env,
            secret_env=self.secret_env,
            whole=self._variables_from,
        )

    @property
    def _single_variables(self) -> list[str]:
        return [*self.env, *self.pod_env, *(variable.name for variable in self.secret_env)]

    @property
    def _variables_from(self) -> list[str]:
        return [name for source in self.env_from for name in source.variables]
