"""Pods as values, independent of their controller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Self

from constructs_lib.errors import reject
from constructs_lib.facts.footprint import Amounts, VolumeClaim
from constructs_lib.facts.logs import LogFormat, PodLogs
from constructs_lib.facts.network import Call, End, Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions
from constructs_lib.facts.secrets import SecretUse
from constructs_lib.facts.signals import Indicator
from constructs_lib.labels import VERSION, Identity
from constructs_lib.pods.account import ExistingAccount, OwnAccount, check_account
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening, NodeAgent
from constructs_lib.pods.image import version_of
from constructs_lib.pods.mesh import Mesh
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.room import check_scratch
from constructs_lib.pods.secret_reads import secrets_read
from constructs_lib.pods.single_files import ConfigFile
from constructs_lib.pods.volume_claims import Data, SharedClaim, Workspace
from constructs_lib.pods.volumes import Mounted, Scratch
from constructs_lib.rules import check_distinct, check_seconds
from constructs_lib.values import Value


class Pod(Value):
    """A pod of a workload.

    Args:
        identity: of the workload.
        containers: the main one first, then sidecars.
        init_containers: in their order.
        lasting: the names of those beside the main one that begin before it, and end after it.
        hardening: its security contexts.
        placement: of the pod.
        permissions: in the Kubernetes API, for the containers that mount an `ApiToken`;
            optional.
        serves: the server whose ConfigMaps and account it uses, as a job of that server
            does; None for its own.
        labels: further labels, outside of the selector.
        annotations: further annotations.
        account_annotations: those of its account, such as the role that it has at a cloud.
        account: that it has.
        importance: for the PriorityClass of `PodDefaults`.
        calls: its targets, on all ports.
        mesh: the service mesh that it is a member of, if any.
        indicator: the metrics of its requests; optional.
        log_format: how its lines are read.
        grace_period_seconds: from SIGTERM to SIGKILL.
        wait_seconds: that its init containers may wait for others.
        host_network: whether it uses the network of its node.
        host_aliases: host names by their address, for its file of hosts.

    Raises:
        ConfigurationError: two containers, ports or volumes of one name, two ports of one number,
            scratch that is more than the containers may hold, an init container that takes more
            than the rest, permissions without a token or a token without permissions, or rights or
            annotations of an account that is made elsewhere.
    """

    identity: Identity
    containers: Sequence[Container]
    init_containers: Sequence[Container] = ()
    lasting: Sequence[str] = ()
    hardening: Hardening | NodeAgent = Hardening()
    placement: Placement = Placement()
    permissions: KubernetesPermissions | None = None
    serves: Identity | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    account_annotations: Mapping[str, str] = field(default_factory=dict)
    account: OwnAccount | ExistingAccount = OwnAccount()
    importance: Importance = Importance.APPLICATION
    calls: Sequence[End] = ()
    mesh: Mesh | None = None
    indicator: Indicator | None = None
    log_format: LogFormat = LogFormat.JSON
    grace_period_seconds: int = 30
    wait_seconds: int = 0
    host_network: bool = False
    host_aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.containers:
            reject("Pod.containers", (), "give at least one")
        check_seconds("Pod.grace_period_seconds", self.grace_period_seconds, low=0)
        check_account("Pod.account", self.account, self.permissions, self.account_annotations)
        secrets_read(self.every_container)
        check_distinct("Container.name", [container.name for container in self.every_container])
        check_distinct("Container.ports", [port.name for port in self.peer.ports])
        # Its containers share its network.
        check_distinct("Port.number", [f"{p.number}/{p.protocol}" for p in self.peer.ports])
        check_distinct("Container.volumes", [volume.volume_name for volume in self.volumes])
        check_scratch(self.volumes, self.containers)
        mounts_token = any(isinstance(volume, ApiToken) for volume in self.volumes)
        if self.serves is None and mounts_token != (self.permissions is not None):
            reject(
                "Pod.permissions",
                self.permissions,
                "say what the container that mounts ApiToken() may do, or mount none",
            )

    @property
    def main(self) -> Container:
        """The main container."""
        return self.containers[0]

    @property
    def beside(self) -> Sequence[Container]:
        """The other containers."""
        return self.containers[1:]

    @property
    def owner(self) -> Identity:
        """The workload whose account and ConfigMaps it uses."""
        return self.serves or self.identity

    @property
    def account_name(self) -> str:
        """The name of its account."""
        return self.account.name if isinstance(self.account, ExistingAccount) else self.owner.name

    @property
    def every_container(self) -> Sequence[Container]:
        """Init containers and containers."""
        return (*self.init_containers, *self.containers)

    @property
    def version_labels(self) -> dict[str, str]:
        """The label of the version, in no selector."""
        version = version_of(self.main.image)
        return {} if version is None else {VERSION: version}

    @property
    def change_cause(self) -> dict[str, str]:
        """The annotation that `kubectl rollout history` shows: the image."""
        return {"kubernetes.io/change-cause": self.main.image}

    @property
    def volumes(self) -> list[Mounted]:
        """The volumes of its containers, each once."""
        distinct: list[Mounted] = []
        for volume in (each for container in self.every_container for each in container.volumes):
            if not any(_is_one(volume, other) for other in distinct):
                distinct.append(volume)
        return distinct

    @property
    def data(self) -> list[Data]:
        """The volumes that a StatefulSet claims for it."""
        return [volume for volume in self.volumes if isinstance(volume, Data)]

    @property
    def config_files(self) -> list[ConfigFiles]:
        """The files of the ConfigMaps that are created with it."""
        files = (v.files if isinstance(v, ConfigFile) else v for v in self.volumes)
        return [volume for volume in files if isinstance(volume, ConfigFiles)]

    @property
    def shared_claims(self) -> list[SharedClaim]:
        """The claims that are created with it, for all of its kind."""
        return [volume for volume in self.volumes if isinstance(volume, SharedClaim)]

    def claims(self, pods: int) -> tuple[VolumeClaim, ...]:
        """Return the claims of that many of it, but for those of a StatefulSet."""
        return (
            *(each.claim(1) for each in self.shared_claims),
            *(v.claim(pods) for v in self.volumes if isinstance(v, Workspace)),
        )

    @property
    def peer(self) -> Peer:
        """Its pods on all tracks, as an end of calls."""
        return Peer(
            name=self.identity.name,
            namespace=self.identity.namespace,
            selector=self.identity.labels,
            ports=tuple(port for container in self.containers for port in container.ports),
        )

    @property
    def amounts(self) -> tuple[Amounts, ...]:
        """Requests and limits of its containers, init containers and a mesh's proxy included."""
        return (
            *(container.resources.amounts() for container in self.containers),
            *((self.mesh.proxy,) if self.mesh else ()),
            *(replace(each.resources.amounts(), starts=True) for each in self.init_containers),
        )

    @property
    def objects(self) -> dict[str, int]:
        """The number of objects that are created with it, by quota resource."""
        return {"configmaps": 0 if self.serves else len(self.config_files)}

    @property
    def facts(self) -> Facts:
        """The facts of the pod itself, without replicas and without calls of its processes."""
        peer = self.peer
        return Facts(
            peers=(peer,),
            images=tuple(dict.fromkeys(container.image for container in self.every_container)),
            calls=(
                *_calls(peer, self.calls),
                *(self.permissions.calls_by(peer) if self.permissions else ()),
                *_calls(peer, self.mesh.control_plane if self.mesh else ()),
            ),
            secrets=tuple(
                SecretUse(namespace=peer.namespace, secret=secret, reader=peer.name, kind=kind)
                for kind, secret in secrets_read(self.every_container)
            ),
            indicator=self.indicator,
            logs=(PodLogs(peer=peer, format=self.log_format),),
        )

    def with_image(self, image: str) -> Self:
        """Return the same pod with another image, in all containers that run the main one's."""

        def updated(each: Container) -> Container:
            return replace(each, image=image) if each.image == self.main.image else each

        return replace(
            self,
            containers=[*map(updated, self.containers)],
            init_containers=[*map(updated, self.init_containers)],
        )


def _calls(source: Peer, targets: Sequence[End]) -> list[Call]:
    return [
        Call(source=source, target=target, port=port.name)
        for target in targets
        for port in target.ports
    ]


def _is_one(volume: Mounted, other: Mounted) -> bool:
    """Tell whether two mounts are of one volume, at the same path or not."""
    if isinstance(volume, Scratch) and isinstance(other, Scratch) and volume.name is not None:
        return (volume.name, volume.size) == (other.name, other.size)
    return volume == other
