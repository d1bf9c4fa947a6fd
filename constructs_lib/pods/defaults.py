"""Defaults of all pods of an app or a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields, replace
from functools import reduce
from typing import Any

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.cluster import Cluster
from constructs_lib.errors import reject
from constructs_lib.facts.secrets import SecretRef, check_keys
from constructs_lib.labels import check_further_labels
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.image import check_registry
from constructs_lib.pods.placement import Toleration
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import PriorityClasses
from constructs_lib.pods.proxy import HttpProxy
from constructs_lib.pods.users import AssignedUser, FixedUser
from constructs_lib.rules import check_annotations, check_distinct, check_labels
from constructs_lib.scope_values import held_for, hold_for
from constructs_lib.values import Value


class PodDefaults(Value):
    """Defaults of all pods of an app or chart, and of their accounts and Services.

    Attach them before anything is created there::

        registry = SecretRef(name="registry", keys=(".dockerconfigjson",))
        PodDefaults(pull_secrets=[registry]).attach(app)

    Settings of a workload win. Where an app and charts around a workload have defaults, maps and
    lists are merged, and for the rest the nearest win. Where some are to have less, a chart of
    theirs says it in `replaces`.

    Args:
        mirrors: where images of other registries come from, such as
            ``{"docker.io": "registry.example.com/docker.io"}``: all of them, those that the library
            names too. Of two that fit, the longer counts.
        pull_secrets: the imagePullSecrets of pods and accounts; each namespace needs the
            Secrets.
        pod_labels: further labels of pods, in no selector.
        pod_annotations: further annotations of pods.
        account_labels: further labels of their accounts.
        account_annotations: further annotations of their accounts, such as the role that a
            workload has at its cloud.
        service_labels: further labels of their Services.
        service_annotations: further annotations of their Services.
        priority_classes: of database, tiers, monitoring and jobs; None for no priority.
        tolerations: of taints.
        node_selector: labels that nodes must have.
        proxy: the HTTP proxy for egress; optional.
        user: of processes, in place of each `UsualUser`: `FixedUser`, or `AssignedUser` where the
            cluster assigns one; None leaves it to the workloads. Pods that read files of the
            node keep theirs.
        replaces: arguments that are as they are here, without what is around the chart, such as
            ``("tolerations", "proxy")`` for neither, where neither is said.

    Raises:
        ConfigurationError: a registry, label, annotation or Secret that cannot be, or an argument
            to replace that there is not.
    """

    mirrors: Mapping[str, str] = field(default_factory=dict)
    pull_secrets: Sequence[SecretRef] = ()
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    account_labels: Mapping[str, str] = field(default_factory=dict)
    account_annotations: Mapping[str, str] = field(default_factory=dict)
    service_labels: Mapping[str, str] = field(default_factory=dict)
    service_annotations: Mapping[str, str] = field(default_factory=dict)
    priority_classes: PriorityClasses | None = None
    tolerations: Sequence[Toleration] = ()
    node_selector: Mapping[str, str] = field(default_factory=dict)
    proxy: HttpProxy | None = None
    user: FixedUser | AssignedUser | None = None
    replaces: Sequence[str] = ()

    def __post_init__(self) -> None:
        known = [each.name for each in fields(self) if each.name != "replaces"]
        for name in self.replaces:
            if name not in known:
                reject("PodDefaults.replaces", name, f"use some of {', '.join(known)}")
        for registry in (*self.mirrors, *self.mirrors.values()):
            check_registry("PodDefaults.mirrors", registry)
        check_distinct("PodDefaults.pull_secrets", [each.name for each in self.pull_secrets])
        for secret in self.pull_secrets:
            check_keys("PodDefaults.pull_secrets", secret, ".dockerconfigjson")
        check_labels("PodDefaults.node_selector", self.node_selector)
        for name in ("pod_labels", "account_labels", "service_labels"):
            check_further_labels(f"PodDefaults.{name}", getattr(self, name))
        for name in ("pod_annotations", "account_annotations", "service_annotations"):
            check_annotations(f"PodDefaults.{name}", getattr(self, name))

    def attach(self, scope: Construct) -> None:
        """Set the defaults of an app or a chart."""
        hold_for(scope, self)

    @classmethod
    def of(cls, scope: Construct) -> PodDefaults:
        """Return the defaults of a construct."""
        return reduce(_nearer, held_for(scope, PodDefaults), cls())

    @property
    def pull_references(self) -> list[k8s.LocalObjectReference] | None:
        """The typed imagePullSecrets."""
        return [k8s.LocalObjectReference(name=each.name) for each in self.pull_secrets] or None

    @property
    def spec(self) -> dict[str, Any]:
        """Fields of a PodSpec that no workload sets itself."""
        return {"image_pull_secrets": self.pull_references}

    def mirrored(self, image: str) -> str:
        """Return where an image comes from."""
        fitting = [each for each in self.mirrors if image.startswith(f"{each}/")]
        if not fitting:
            return image
        longest = max(fitting, key=len)
        return self.mirrors[longest] + image.removeprefix(longest)

    def applied_to(self, pod: Pod, cluster: Cluster) -> Pod:
        """Return the pod with the defaults for all that it does not set itself."""
        placement, hardening = pod.placement, pod.hardening
        if self.user is not None and isinstance(hardening, Hardening):
            hardening = self.user.applied_to(hardening)
        env = self.proxy.env(cluster) if self.proxy else {}
        return replace(
            pod,
            containers=[self._told(each, env) for each in pod.containers],
            init_containers=[self._told(each, env) for each in pod.init_containers],
            labels={**self.pod_labels, **pod.labels},
            hardening=hardening,
            placement=replace(
                placement,
                node_selector={**self.node_selector, **placement.node_selector},
                tolerations=tuple(dict.fromkeys((*placement.tolerations, *self.tolerations))),
                priority_class=placement.priority_class or self._priority_class(pod),
            ),
        )

    def _told(self, container: Container, env: Mapping[str, str]) -> Container:
        """Return it with these variables, but those that it has in any spelling."""
        said = {name.upper() for name in container.variables}
        return replace(
            container.with_defaults(
                env={name: text for name, text in env.items() if name.upper() not in said}
            ),
            image=self.mirrored(container.image),
        )

    def _priority_class(self, pod: Pod) -> str | None:
        classes = self.priority_classes
        return None if classes is None else classes.of(pod.importance)


def _nearer(far: PodDefaults, near: PodDefaults) -> PodDefaults:
    joined: dict[str, Any] = {}
    for each in fields(PodDefaults):
        outer, inner = getattr(far, each.name), getattr(near, each.name)
        if each.name in near.replaces:
            joined[each.name] = inner
        elif isinstance(inner, Mapping):
            joined[each.name] = {**outer, **inner}
        elif isinstance(inner, Sequence) and not isinstance(inner, str):
            joined[each.name] = (*outer, *(value for value in inner if value not in outer))
        else:
            joined[each.name] = outer if inner is None else inner
    return replace(far, **joined)
