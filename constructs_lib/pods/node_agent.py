"""What an agent of the node may do: more than an application, and as little as works."""

from __future__ import annotations

from dataclasses import dataclass

from cdk8s_plus_27 import k8s

from constructs_lib.rules import check_range


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeAgent:
    """The security contexts of a pod that reads files of its node as their owner.

    Root here has no capability, so that it reads what root owns and no more.

    Args:
        run_as_user: the user of the processes; 0 reads the logs of all pods.
        run_as_group: their group.

    Raises:
        ConfigurationError: a user or group that cannot be.
    """

    run_as_user: int = 0
    run_as_group: int = 0

    def __post_init__(self) -> None:
        check_range("NodeAgent.run_as_user", self.run_as_user, 0, 2**31 - 1)
        check_range("NodeAgent.run_as_group", self.run_as_group, 0, 2**31 - 1)

    def pod(self) -> k8s.PodSecurityContext:
        """Return the typed context of the pod."""
        return k8s.PodSecurityContext(
            run_as_user=self.run_as_user,
            run_as_group=self.run_as_group,
            seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
        )

    def container(self) -> k8s.SecurityContext:
        """Return the typed context of a container."""
        return k8s.SecurityContext(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=k8s.Capabilities(drop=["ALL"]),
        )
