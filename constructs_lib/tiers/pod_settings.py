"""Settings of any pod: placement, hardening, sidecars and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from constructs_lib.errors import ConfigurationError
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.facts.rbac import KubernetesPermissions
from constructs_lib.labels import Identity, check_further_labels
from constructs_lib.pods.account import ExistingAccount, OwnAccount
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.container import Container
from constructs_lib.pods.hardening import Hardening
from constructs_lib.pods.lifecycle import Shutdown
from constructs_lib.pods.placement import Placement
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.volumes import TEMPORARY
from constructs_lib.pods.wait import Wait
from constructs_lib.rules import check_address, check_annotations, check_subdomain
from constructs_lib.runtimes.signals import Signals
from constructs_lib.values import Value


class PodSettings(Value):
    """Placement, hardening, sidecars and the like of the pods of a tier or a job.

    Args:
        placement: of the pods.
        hardening: the security contexts.
        kubernetes_permissions: in the Kubernetes API, of the main container, or else of those
            beside it that mount an `ApiToken`; none by default.
        calls: further targets of the pods, on all ports.
        pod_labels: further labels of the pods, such as for workload identity; in no selector.
        pod_annotations: further annotations of the pods.
        account_annotations: of their account, such as its role at a cloud.
        account: an `ExistingAccount`; one of their own by default.
        sidecars: containers beside the main one, which get SIGTERM when it does. They count in
            footprint and quota. Those of jobs need Kubernetes 1.29 or newer, where they end with
            it.
        init_containers: in their order.
        host_aliases: host names by their address, for names that no DNS has.
        waits_for: what must be done before a pod starts, such as `Migration.wait`. The deadline of
            the rollout or the job is longer by that.

    Raises:
        ConfigurationError: a target without ports, or an invalid label or annotation.
    """

    placement: Placement = Placement()
    hardening: Hardening = Hardening()
    kubernetes_permissions: KubernetesPermissions | None = None
    calls: Sequence[End] = ()
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    account_annotations: Mapping[str, str] = field(default_factory=dict)
    account: OwnAccount | ExistingAccount = OwnAccount()
    sidecars: Sequence[Container] = ()
    init_containers: Sequence[Container] = ()
    host_aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    waits_for: Sequence[Wait] = ()

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_further_labels(f"{kind}.pod_labels", self.pod_labels)
        check_annotations(f"{kind}.pod_annotations", self.pod_annotations)
        check_annotations(f"{kind}.account_annotations", self.account_annotations)
        for end in self.calls:
            check_has_port(f"{kind}.calls", end)
        for address, names in self.host_aliases.items():
            check_address(f"{kind}.host_aliases", address)
            for name in names:
                check_subdomain(f"{kind}.host_aliases[{address!r}]", name)

    def pod(
        self,
        identity: Identity,
        container: Container,
        *,
        shutdown: Shutdown,
        signals: Signals,
    ) -> Pod:
        """Return the pod.

        Args:
            identity: of its workload.
            container: the main one, all configured.
            shutdown: its preStop hook and grace period.
            signals: what it counts, and how its lines read.
        """
        if container.pre_stop:
            raise ConfigurationError(
                "Container.pre_stop", container.pre_stop, "leave it out: lifecycle says it"
            )
        theirs = (
            each for other in (*self._beside, *self.init_containers) for each in other.volumes
        )
        mine = self.kubernetes_permissions and not any(isinstance(e, ApiToken) for e in theirs)
        token = [ApiToken()] if mine else []
        mounted = {volume.mount_path for volume in container.volumes}
        usual = [each for each in (TEMPORARY, *token) if each.mount_path not in mounted]
        main = replace(
            container.with_defaults(env=self._home),
            volumes=[*container.volumes, *usual],
            pre_stop=shutdown.pre_stop,
        )
        return Pod(
            identity=identity,
            containers=(main, *self._beside),
            init_containers=(
                *self.init_containers,
                *(wait.container(main) for wait in self.waits_for),
            ),
            hardening=self.hardening,
            placement=self.placement,
            permissions=self.kubernetes_permissions,
            calls=self.calls,
            host_aliases=self.host_aliases,
            labels=self.pod_labels,
            annotations=self.pod_annotations,
            account_annotations=self.account_annotations,
            account=self.account,
            indicator=signals.indicator,
            log_format=signals.log_format,
            grace_period_seconds=shutdown.grace_period_seconds,
            wait_seconds=sum(wait.seconds for wait in self.waits_for),
        )

    @property
    def _beside(self) -> Sequence[Container]:
        """The containers beside the main one."""
        return self.sidecars

    @property
    def _home(self) -> dict[str, str]:
        """Return the home of a user that no image knows, who would have that of nobody: ``/``."""
        known = isinstance(self.hardening.run_as_user, int)
        return {} if known else {"HOME": TEMPORARY.mount_path}
