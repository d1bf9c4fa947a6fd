"""Settings of the pods of any tier: rollout, placement, budget, hardening, sidecars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.rbac import KubernetesPermissions
from constructs_lib.labels import Identity, check_further_labels
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.budget import DisruptionBudget
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.mesh import Mesh
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.volumes import Scratch
from constructs_lib.rollouts.rollout import RollingUpdate, Rollout
from constructs_lib.rules import check_annotations
from constructs_lib.runtimes.signals import Signals
from constructs_lib.values import Value

# Most programs put something there, and the root of the file system is read-only.
_TEMPORARY = Scratch(mount_path="/tmp", size="64Mi")  # noqa: S108 - a volume of its own


class Workload(Value):
    """Rollout, placement, hardening, sidecars and the like of the pods of a tier.

    Args:
        rollout: the rollout strategy.
        placement: of the pods.
        disruption_budget: replicas that may be evicted at once; None for no budget.
        hardening: the security contexts.
        mesh: the service mesh of the pods; optional.
        kubernetes_permissions: of the main container in the Kubernetes API; none by default.
        calls: further targets of the pods, on all ports.
        pod_labels: further labels of the pods, such as for workload identity; in no selector.
        pod_annotations: further annotations of the pods.
        account_annotations: of their account, such as its role at a cloud.
        sidecars: containers beside the main one. They count in footprint and quota.
        init_containers: in their order.

    Raises:
        ConfigurationError: a target without ports, or an invalid label or annotation.
    """

    rollout: Rollout = RollingUpdate()
    placement: Placement = Placement()
    disruption_budget: DisruptionBudget | None = DisruptionBudget()
    hardening: Hardening = Hardening()
    mesh: Mesh | None = None
    kubernetes_permissions: KubernetesPermissions | None = None
    calls: Sequence[End] = ()
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    account_annotations: Mapping[str, str] = field(default_factory=dict)
    sidecars: Sequence[Container] = ()
    init_containers: Sequence[Container] = ()

    def __post_init__(self) -> None:
        check_further_labels("Workload.pod_labels", self.pod_labels)
        check_annotations("Workload.pod_annotations", self.pod_annotations)
        check_annotations("Workload.account_annotations", self.account_annotations)
        for end in self.calls:
            check_has_port("Workload.calls", end)

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
        if container.pre_stop:
            raise ConfigurationError(
                "Container.pre_stop", container.pre_stop, "leave it out: lifecycle says it"
            )
        token = [] if self.kubernetes_permissions is None else [ApiToken()]
        mounted = {volume.mount_path for volume in container.volumes}
        usual = [each for each in (_TEMPORARY, *token) if each.mount_path not in mounted]
        main = replace(
            container,
            volumes=[*container.volumes, *usual],
            pre_stop=shutdown.pre_stop,
        )
        return Pod(
            identity=identity,
            containers=(main, *self.sidecars),
            init_containers=self.init_containers,
            hardening=self.hardening,
            placement=self.placement,
            permissions=self.kubernetes_permissions,
            calls=self.calls,
            mesh=self.mesh,
            labels=self.pod_labels,
            annotations=self.pod_annotations,
            account_annotations=self.account_annotations,
            indicator=signals.indicator,
            log_format=signals.log_format,
            grace_period_seconds=shutdown.grace_period_seconds,
        )
