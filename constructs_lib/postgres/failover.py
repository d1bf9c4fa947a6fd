"""When the cluster gives up on its primary, and what it promises about commits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.pods.placement import Placement
from constructs_lib.rules import check_member, check_range


class Durability(StrEnum):
    """What happens to writes when no standby is there to confirm them."""

    AVAILABLE = "available"
    STRICT = "strict"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failover:
    """How soon a standby takes over, and how many hold each commit.

    A commit is confirmed when any `synchronous_standbys` have it, and only such a
    standby is promoted: what was confirmed is not lost. With the defaults a primary
    that dies is replaced after about 20 seconds; tell Patroni 30, 10 and 10 where
    the API server is often slow.

    Args:
        ttl_seconds: after which the primary's lock is free if it is not renewed;
            Patroni takes no less than 20
            (https://patroni.readthedocs.io/en/latest/dynamic_configuration.html).
        loop_wait_seconds: between two rounds of each member.
        retry_timeout_seconds: how long the API server may not answer.
        synchronous_standbys: how many standbys confirm a commit.
        durability: with no standby there to confirm, ``AVAILABLE`` goes on without
            after some seconds, ``STRICT`` waits for one.
        largest_lag_mebibytes: a standby that is further behind is not promoted.

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

    def __post_init__(self) -> None:
        check_range("Failover.ttl_seconds", self.ttl_seconds, 20, 3600)
        check_range("Failover.loop_wait_seconds", self.loop_wait_seconds, 1, 3600)
        check_range("Failover.retry_timeout_seconds", self.retry_timeout_seconds, 3, 3600)
        check_range("Failover.synchronous_standbys", self.synchronous_standbys, 1, 10)
        check_member("Failover.durability", self.durability, Durability)
        check_range("Failover.largest_lag_mebibytes", self.largest_lag_mebibytes, 1, 1_000_000)
        least = self.loop_wait_seconds + 2 * self.retry_timeout_seconds
        if self.ttl_seconds < least:
            raise ConfigurationError(
                "Failover.ttl_seconds",
                self.ttl_seconds,
                f"use at least {least}: loop_wait_seconds and twice retry_timeout_seconds",
            )

    def check(self, members: int, *, placement: Placement) -> None:
        """Refuse members that cannot give the quorum when one of them, or its zone, is gone."""
        if members < self.synchronous_standbys + 2:
            raise ConfigurationError(
                "members",
                members,
                f"have at least {self.synchronous_standbys + 2}: with one of them gone there must "
                f"be a primary and {self.synchronous_standbys} to confirm its commits",
            )
        zones = placement.min_zones or 1
        together = -(-members // zones)
        if together > self.synchronous_standbys:
            needed = -(-members // self.synchronous_standbys)
            raise ConfigurationError(
                "placement.min_zones",
                placement.min_zones,
                f"use at least {needed}, or more synchronous_standbys: {together} members in one "
                "zone may be all that hold a commit when the zone is lost",
            )

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
