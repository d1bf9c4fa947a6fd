"""The one place that puts a pod together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cdk8s_plus_27 import k8s

from constructs_lib.facts.footprint import Amounts
from constructs_lib.facts.network import Peer, Port
from constructs_lib.facts.signals import Indicator
from constructs_lib.names import VERSION, Identity
from constructs_lib.pods.container import Container
from constructs_lib.pods.image import version_of
from constructs_lib.pods.lifecycle import Lifecycle
from constructs_lib.pods.mesh import Mesh
from constructs_lib.pods.placement import Placement


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """A pod of a workload, whichever track it runs on.

    Args:
        identity: whose pod it is.
        container: what runs in it.
        lifecycle: how it leaves.
        placement: where it runs.
        indicator: how its success is counted.
        reaches_api_server: whether it gets a token of its service account.
        mesh: the service mesh that it is a member of; None for none.
        version_variable: a variable that tells it the tag of its image, with
            dashes for dots; None for none.
    """

    identity: Identity
    container: Container
    lifecycle: Lifecycle
    placement: Placement
    indicator: Indicator
    reaches_api_server: bool = False
    mesh: Mesh | None = None
    version_variable: str | None = None

    @property
    def version_labels(self) -> dict[str, str]:
        """A label that tells people the version; no selector ever holds it."""
        version = version_of(self.container.image)
        return {} if version is None else {VERSION: version}

    @property
    def amounts(self) -> tuple[Amounts, ...]:
        """What each of its containers takes, the proxy of a mesh included."""
        own = self.container.resources.amounts()
        return (own,) if self.mesh is None else (own, self.mesh.proxy)

    @property
    def version_env(self) -> dict[str, str]:
        """The variable that tells the version, where one is wanted and there is one."""
        version = version_of(self.container.image)
        if version is None or self.version_variable is None:
            return {}
        return {self.version_variable: version.replace(".", "-")}

    @property
    def peer(self) -> Peer:
        """The pods of all tracks, as others reach them."""
        container = self.container
        ports = [Port(name="http", number=container.port)]
        if container.separate_metrics_port is not None:
            ports.append(Port(name="metrics", number=container.separate_metrics_port))
        return Peer(
            name=self.identity.name,
            namespace=self.identity.namespace,
            selector=self.identity.labels,
            ports=tuple(ports),
        )

    def with_image(self, image: str) -> Pod:
        """Return the same pod with another image."""
        return replace(self, container=replace(self.container, image=image))

    def template(self, labels: Mapping[str, str]) -> k8s.PodTemplateSpec:
        """Return the typed template of a track with these labels."""
        container = self.container.with_defaults(env=self.version_env)
        mesh, metrics_port = self.mesh, container.separate_metrics_port
        return k8s.PodTemplateSpec(
            metadata=k8s.ObjectMeta(
                labels={**labels, **self.version_labels, **(mesh.labels if mesh else {})},
                annotations={
                    **container.checksums,
                    **(mesh.annotations(self.lifecycle, metrics_port) if mesh else {}),
                }
                or None,
            ),
            spec=k8s.PodSpec(
                service_account_name=self.identity.name,
                automount_service_account_token=self.reaches_api_server,
                enable_service_links=False,
                security_context=container.hardening.pod(),
                termination_grace_period_seconds=self.lifecycle.grace_period_seconds,
                priority_class_name=self.placement.priority_class,
                node_selector=dict(self.placement.node_selector) or None,
                tolerations=[t.to_kube() for t in self.placement.tolerations] or None,
                topology_spread_constraints=self.placement.spread(labels),
                containers=[container.to_kube(self.lifecycle)],
                volumes=container.volumes(self.identity.name) or None,
            ),
        )
