"""Settings of the pods of any tier: rollout, budget, mesh, and those of any pod."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.labels import Identity
from constructs_lib.pods.budget import DisruptionBudget
from constructs_lib.pods.container import Container
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.mesh import Mesh
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.rollout import RollingUpdate, Rollout
from constructs_lib.runtimes.signals import Signals
from constructs_lib.tiers.pod_settings import PodSettings


class Workload(PodSettings):
    """Rollout, placement, hardening, sidecars and the like of the pods of a tier.

    Args:
        rollout: the rollout strategy.
        disruption_budget: replicas that may be evicted at once; None for no budget.
        native_sidecars: containers that begin before the main one and end after it, such as the
            proxy by which it reaches its database. Init containers of its image, such as those that
            wait, begin after them. They need Kubernetes 1.29 or newer.
        mesh: the service mesh that injects a proxy into the pods; optional. Who may call whom stays
            with the network policies: policies of the mesh, such as for mTLS, are not written.
        mutual_ports: names of ports on which its pods call each other, such as those of a cluster
            that they form. A headless Service, ``NAME-members``, has the addresses of all of them,
            ready or not.

    Raises:
        ConfigurationError: a target without ports, or an invalid label or annotation.
    """

    rollout: Rollout = RollingUpdate()
    disruption_budget: DisruptionBudget | None = DisruptionBudget()
    native_sidecars: Sequence[Container] = ()
    mesh: Mesh | None = None
    mutual_ports: Sequence[str] = ()

    def pod(
        self,
        identity: Identity,
        container: Container,
        *,
        shutdown: Shutdown,
        signals: Signals,
    ) -> Pod:
        """Return the pod of a tier.

        Args:
            identity: of the tier.
            container: the main one, all configured.
            shutdown: its preStop hook and grace period.
            signals: what it counts, and how its lines read.
        """
        pod = super().pod(identity, container, shutdown=shutdown, signals=signals)
        return replace(pod, lasting=[each.name for each in self.native_sidecars], mesh=self.mesh)

    @property
    def _beside(self) -> Sequence[Container]:
        """The containers beside the main one."""
        return (*self.sidecars, *self.native_sidecars)
