"""Hardening of containers: user, read-only root, no capabilities, seccomp."""

from __future__ import annotations

from cdk8s_plus_27 import k8s

from constructs_lib.rules import check_range
from constructs_lib.values import Value


class UsualUser(Value):
    """A user or group for which an image is made, unless `PodDefaults.user` says another.

    Args:
        id: its number; above 10000 by default, so that no user of the node has it.

    Raises:
        ConfigurationError: 0, which is root.
    """

    id: int = 10001

    def __post_init__(self) -> None:
        check_range("UsualUser.id", self.id, 1, 2**31 - 1)


class Hardening(Value):
    """The security contexts of a pod; all of them pass the restricted level.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

    Args:
        run_as_user: the user of the processes: a number, which `PodDefaults` leaves as it is, or
            `UsualUser`. None where the cluster assigns one, as OpenShift does.
        run_as_group: their group, which also owns the volumes; 0, which gives no rights of root,
            for images whose files belong to it, as those for OpenShift do; None likewise.
        read_only_root_filesystem: whether the root filesystem is read-only. Writable
            directories are `Scratch`.

    Raises:
        ConfigurationError: the user 0, which is root.
    """

    run_as_user: int | UsualUser | None = UsualUser()
    run_as_group: int | UsualUser | None = UsualUser()
    read_only_root_filesystem: bool = True

    def __post_init__(self) -> None:
        for name, least in (("run_as_user", 1), ("run_as_group", 0)):
            said = getattr(self, name)
            if isinstance(said, int):
                check_range(f"Hardening.{name}", said, least, 2**31 - 1)

    def pod(self) -> k8s.PodSecurityContext:
        """Return the typed context of the pod."""
        group = _number(self.run_as_group)
        return k8s.PodSecurityContext(
            run_as_non_root=True,
            run_as_user=_number(self.run_as_user),
            run_as_group=group,
            fs_group=group,
            # Or each start of a pod changes the owner of every file of its volumes.
            fs_group_change_policy=None if group is None else "OnRootMismatch",
            seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
        )

    def container(self) -> k8s.SecurityContext:
        """Return the typed context of the container."""
        return k8s.SecurityContext(
            allow_privilege_escalation=False,
            read_only_root_filesystem=self.read_only_root_filesystem,
            capabilities=k8s.Capabilities(drop=["ALL"]),
        )


def _number(said: int | UsualUser | None) -> int | None:
    return said.id if isinstance(said, UsualUser) else said


class NodeAgent(Value):
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
