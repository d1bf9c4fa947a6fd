"""A pod of a server, whichever controller makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.access import KubernetesAccess
from constructs_lib.facts.footprint import Amounts
from constructs_lib.facts.network import Peer
from constructs_lib.facts.published import Facts
from constructs_lib.facts.secrets import SecretUse
from constructs_lib.names import Identity, NamedConstruct
from constructs_lib.pods.configuration import ConfigFiles
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.node_agent import NodeAgent
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.process import Process
from constructs_lib.pods.server_volumes import Data
from constructs_lib.pods.service_account import service_account
from constructs_lib.pods.volumes import Volume
from constructs_lib.rules import check_distinct, check_seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerPod:
    """A pod of a server.

    Args:
        identity: whose pod it is.
        processes: what runs in it, the main one first.
        init_processes: what runs before, one after the other.
        hardening: what it may not do.
        placement: where it runs.
        access: what it may do with the Kubernetes API; None for no token.
        owner: the server whose ConfigMaps and account it uses, as a job of that
            server does; itself by default.
        labels: further labels, outside of the selector.
        grace_period_seconds: from SIGTERM to SIGKILL.
        host_network: whether it has the network of its node.
        host_pid: whether it sees the processes of its node.

    Raises:
        ConfigurationError: two processes of one name, two volumes of one name,
            or a first process that takes more than the rest may.
    """

    identity: Identity
    processes: Sequence[Process]
    init_processes: Sequence[Process] = ()
    hardening: Hardening | NodeAgent = Hardening()
    placement: Placement = Placement()
    access: KubernetesAccess | None = None
    owner: Identity | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    grace_period_seconds: int = 30
    host_network: bool = False
    host_pid: bool = False

    def __post_init__(self) -> None:
        if not self.processes:
            raise ConfigurationError("ServerPod.processes", (), "give at least one")
        check_seconds("ServerPod.grace_period_seconds", self.grace_period_seconds, low=0)
        every = [*self.init_processes, *self.processes]
        check_distinct("ServerPod.processes", [process.name for process in every])
        check_distinct("ServerPod.ports", [port.name for port in self.peer.ports])
        check_distinct("ServerPod.volumes", [volume.volume_name for volume in self.volumes])
        for amount in ("cpu", "memory", "ephemeral_storage"):
            running = sum(getattr(amounts, amount) for amounts in self.amounts)
            for process in self.init_processes:
                if getattr(process.resources.amounts(), amount) > running:
                    raise ConfigurationError(
                        f"resources of {process.name}",
                        getattr(process.resources, amount),
                        f"use no more {amount} than the pod has once it runs",
                    )

    @property
    def volumes(self) -> list[Volume | Data]:
        """What its processes find below their paths, each once."""
        every = (
            volume
            for process in (*self.init_processes, *self.processes)
            for volume in process.volumes
        )
        distinct: list[Volume | Data] = []
        for volume in every:
            if volume not in distinct:
                distinct.append(volume)
        return distinct

    @property
    def data(self) -> list[Data]:
        """The volumes that a StatefulSet claims for it."""
        return [volume for volume in self.volumes if isinstance(volume, Data)]

    @property
    def peer(self) -> Peer:
        """Its pods, as others reach them."""
        return Peer(
            name=self.identity.name,
            namespace=self.identity.namespace,
            selector=self.identity.labels,
            ports=tuple(port for process in self.processes for port in process.ports),
        )

    @property
    def amounts(self) -> tuple[Amounts, ...]:
        """What each of its containers takes."""
        return tuple(process.resources.amounts() for process in self.processes)

    @property
    def objects(self) -> dict[str, int]:
        """How many objects it brings along, by the names that a quota counts them under."""
        return {"configmaps": len(self._config_files())}

    @property
    def facts(self) -> Facts:
        """What the others learn, besides how often it runs and whom it calls."""
        peer = self.peer
        every = (*self.init_processes, *self.processes)
        secrets = dict.fromkeys(secret for process in every for secret in process.secrets)
        return Facts(
            peers=(peer,),
            images=tuple(dict.fromkeys(process.image for process in every)),
            calls=self.access.calls_by(peer) if self.access else (),
            secrets=tuple(
                SecretUse(namespace=peer.namespace, secret=secret, reader=peer.name, kind=kind)
                for kind, secret in secrets
            ),
        )

    def attach(self, scope: Construct) -> Construct:
        """Make its account and its ConfigMaps, unless they are those of another.

        Returns:
            A scope for the rest of the server.
        """
        if self.owner is not None:
            return scope
        own = NamedConstruct(scope, self.identity.name)
        service_account(own, self.identity, self.access)
        for files in self._config_files():
            files.attach(own, self.identity)
        return own

    def template(
        self,
        *,
        match_label_keys: Sequence[str] = (),
        restart_policy: str | None = None,
    ) -> k8s.PodTemplateSpec:
        """Return the typed template.

        Args:
            match_label_keys: see `Placement.spread`.
            restart_policy: what happens when it ends, for jobs.
        """
        owner = self.owner or self.identity
        labels = self.identity.labels
        revisions: dict[str, str] = {}
        for process in (*self.init_processes, *self.processes):
            revisions.update(process.revisions)
        security_context = self.hardening.container()
        return k8s.PodTemplateSpec(
            metadata=k8s.ObjectMeta(
                labels={**labels, **self.labels}, annotations=revisions or None
            ),
            spec=k8s.PodSpec(
                service_account_name=owner.name,
                automount_service_account_token=self.access is not None,
                enable_service_links=False,
                host_network=self.host_network or None,
                host_pid=self.host_pid or None,
                security_context=self.hardening.pod(),
                termination_grace_period_seconds=self.grace_period_seconds,
                restart_policy=restart_policy,
                priority_class_name=self.placement.priority_class,
                node_selector=dict(self.placement.node_selector) or None,
                tolerations=[t.to_kube() for t in self.placement.tolerations] or None,
                topology_spread_constraints=self.placement.spread(
                    labels, match_label_keys=match_label_keys
                )
                if restart_policy is None
                else None,
                init_containers=[p.to_kube(security_context) for p in self.init_processes] or None,
                containers=[p.to_kube(security_context) for p in self.processes],
                volumes=[
                    volume.volume(owner.name)
                    for volume in self.volumes
                    if not isinstance(volume, Data)
                ]
                or None,
            ),
        )

    def _config_files(self) -> list[ConfigFiles]:
        return [volume for volume in self.volumes if isinstance(volume, ConfigFiles)]
