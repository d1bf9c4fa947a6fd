"""The user of processes, set for all workloads."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.pods.hardening import Hardening
from constructs_lib.rules import check_range
from constructs_lib.values import Value


class FixedUser(Value):
    """One user and group for all.

    Args:
        user: of the processes.
        group: theirs, which also owns the volumes; 0 likewise as in `Hardening`.

    Raises:
        ConfigurationError: the user 0, which is root.
    """

    user: int
    group: int

    def __post_init__(self) -> None:
        check_range("FixedUser.user", self.user, 1, 2**31 - 1)
        check_range("FixedUser.group", self.group, 0, 2**31 - 1)

    def applied_to(self, hardening: Hardening) -> Hardening:
        """Return the same with this user."""
        return replace(hardening, run_as_user=self.user, run_as_group=self.group)


class AssignedUser(Value):
    """The cluster assigns users, as OpenShift does from a range of each namespace.

    It rejects pods with a fixed user; images must run as any user.
    """

    def applied_to(self, hardening: Hardening) -> Hardening:
        """Return the same without a user."""
        return replace(hardening, run_as_user=None, run_as_group=None)
