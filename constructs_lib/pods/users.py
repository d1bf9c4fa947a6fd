"""The user of processes, set for all workloads."""

from __future__ import annotations

from dataclasses import replace

from constructs_lib.pods.hardening import Hardening, UsualUser
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
        """Return the same with this user, where it has none of its own."""
        return _in_place_of_usual(hardening, self.user, self.group)


class AssignedUser(Value):
    """The cluster assigns users, as OpenShift does from a range of each namespace.

    It rejects pods with a fixed user; images must run as any user.
    """

    def applied_to(self, hardening: Hardening) -> Hardening:
        """Return the same without a user, where it has none of its own."""
        return _in_place_of_usual(hardening, None, None)


def _in_place_of_usual(hardening: Hardening, user: int | None, group: int | None) -> Hardening:
    own_user, own_group = hardening.run_as_user, hardening.run_as_group
    return replace(
        hardening,
        run_as_user=user if isinstance(own_user, UsualUser) else own_user,
        run_as_group=group if isinstance(own_group, UsualUser) else own_group,
    )
