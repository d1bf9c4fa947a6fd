"""Failover: timeouts of Patroni, synchronous replication and failure domains."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.pods.placement import FailureDomain, Placement
from constructs_lib.rules import check_range
from constructs_lib.values import Value

# So many have most regions of a cloud.
_ZONES = 3


class Durability(StrEnum):
    """Whether writes wait or continue when no standby can confirm them."""

    AVAILABLE = "available"
    STRICT = "strict"


class Failover(Value):
    """Timeouts of failover, synchronous replication, and the failure domain.

    A commit is confirmed when any `synchronous_standbys` have it, and only such a
    standby is promoted: what was confirmed is not lost. No failure domain has more
    members than that, so that a commit outlives the loss of one. What else is promised
    when one is lost follows from the members:

    - Of `synchronous_standbys` and two more, such as three, a standby takes over, and
      commits are confirmed as before.
    - Of one fewer, such as two, a standby takes over, and one fewer confirms until the
      lost one is back: of two none does.
    - One alone is away until its pod runs again. If its volume is lost, a restored backup
      has all but the last minute or so.

    With the defaults a primary that dies is replaced after about 20 seconds; tell
    Patroni 30, 10 and 10 where the API server is often slow.

    Args:
        ttl_seconds: after which the primary's lock is free if it is not renewed;
            Patroni takes no less than 20
            (https://patroni.readthedocs.io/en/latest/dynamic_configuration.html).
        loop_wait_seconds: between two rounds of each member.
        retry_timeout_seconds: how long the API server may not answer.
        synchronous_standbys: how many standbys confirm a commit.
        durability: with no standby there to confirm, ``AVAILABLE`` goes on without
            after some seconds, ``STRICT`` waits for one. A new cluster goes on until it
            has its first standby, with Patroni 4.1.5 in either case.
        largest_lag_mebibytes: a standby that is further behind is not promoted.
        failure_domain: what may be lost at once: a zone, a node (``NODE``) where there
            is one zone, or no more than a pod (``NONE``) where there is one node. There
            must be members divided by `synchronous_standbys` of them, such as three zones
            for three members; with fewer some members stay pending.

    Raises:
        ConfigurationError: a number out of range, or a lock that runs out while
            its holder may still try to renew it.
    """

    ttl_seconds: int = 20
    loop_wait_seconds: int = 5
    retry_timeout_seconds: int = 7
    synchronous_standbys: int = 1
    durability: Durability = Durability.AVAILABLE
    largest_lag_mebibytes: int = 16
    failure_domain: FailureDomain = FailureDomain.ZONE

    def __post_init__(self) -> None:
        check_range("Failover.ttl_seconds", self.ttl_seconds, 20, 3600)
        check_range("Failover.loop_wait_seconds", self.loop_wait_seconds, 1, 3600)
        check_range("Failover.retry_timeout_seconds", self.retry_timeout_seconds, 3, 3600)
        check_range("Failover.synchronous_standbys", self.synchronous_standbys, 1, 10)
        check_range("Failover.largest_lag_mebibytes", self.largest_lag_mebibytes, 1, 1_000_000)
        least = self.loop_wait_seconds + 2 * self.retry_timeout_seconds
        if self.ttl_seconds < least:
            reject(
                "Failover.ttl_seconds",
                self.ttl_seconds,
                f"use at least {least}: loop_wait_seconds and twice retry_timeout_seconds",
            )

    def place(self, members: int, placement: Placement) -> Placement:
        """Return where members run: no failure domain has all that hold a commit.

        Raises:
            ConfigurationError: too few members to confirm one, or too many for the zones.
        """
        self._check(members)
        if members == 1:
            return placement
        needed = -(-members // self.synchronous_standbys)
        zones = placement.min_zones or _ZONES
        if self.failure_domain is FailureDomain.ZONE and needed > zones:
            raise ConfigurationError(
                "members",
                members,
                f"have at most {zones * self.synchronous_standbys} in {zones} zones, or more "
                "synchronous_standbys: those in one zone may be all that hold a commit when it is "
                "lost. Where there are more zones, say how many in placement.min_zones",
            )
        return placement.apart(self.failure_domain, least=needed)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that Patroni keeps for all members."""
        return {
            "ttl": self.ttl_seconds,
            "loop_wait": self.loop_wait_seconds,
            "retry_timeout": self.retry_timeout_seconds,
            "maximum_lag_on_failover": self.largest_lag_mebibytes * 2**20,
            "synchronous_mode": "quorum",
            "synchronous_mode_strict": self.durability is Durability.STRICT,
            "synchronous_node_count": self.synchronous_standbys,
            # With the API server gone, the primary stays one as long as all members agree.
            "failsafe_mode": True,
            "check_timeline": True,
        }

    def _check(self, members: int) -> None:
        """Refuse members that are too few to confirm a commit; one alone confirms its own."""
        confirm = self.synchronous_standbys
        if self.durability is Durability.STRICT and members < confirm + 2:
            reject(
                "members",
                members,
                f"have at least {confirm + 2}: with one of them gone there must be a primary and "
                f"{confirm} to confirm its commits, or Durability.STRICT stops all writes",
            )
        if members <= confirm and (members, confirm) != (1, 1):
            reject(
                "members",
                members,
                f"have at least {confirm + 1}: a primary and {confirm} that confirm its commits",
            )
