"""Where pods run, and how they are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import (
    check_label_key,
    check_label_value,
    check_member,
    check_name,
    check_range,
)

_ZONE = "topology.kubernetes.io/zone"


class Spread(StrEnum):
    """What happens to a pod that would make the spread uneven."""

    PREFERRED = "ScheduleAnyway"
    REQUIRED = "DoNotSchedule"


@dataclass(frozen=True, kw_only=True, slots=True)
class Toleration:
    """Nodes with this taint are good enough.

    Args:
        key: the key of the taint; None for all taints, as an agent of every node
            wants it.
        value: its value; None for any.
        effect: its effect; None for any.

    Raises:
        ConfigurationError: a label or effect that Kubernetes refuses, or a value
            without its key.
    """

    key: str | None
    value: str | None = None
    effect: str | None = None

    def __post_init__(self) -> None:
        if self.key is not None:
            check_label_key("Toleration.key", self.key)
        elif self.value is not None:
            raise ConfigurationError("Toleration.value", self.value, "name the key that it is of")
        if self.value is not None:
            check_label_value("Toleration.value", self.value)
        effects = ("NoSchedule", "PreferNoSchedule", "NoExecute")
        if self.effect is not None and self.effect not in effects:
            raise ConfigurationError(
                "Toleration.effect", self.effect, f"use one of {', '.join(effects)}"
            )

    def to_kube(self) -> k8s.Toleration:
        """Return the typed toleration."""
        return k8s.Toleration(
            key=self.key,
            operator="Exists" if self.value is None else "Equal",
            value=self.value,
            effect=self.effect,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """How pods are spread over zones and nodes, and which nodes they may use.

    Args:
        zones: even over zones if possible, so that a full zone does not stop a
            rollout; required if a zone must never hold more than its share.
        min_zones: how many zones there are at least; None for one. Where fewer can
            take pods, some stay pending rather than share a zone.
        hosts: even over nodes, likewise.
        node_selector: labels that a node must have.
        tolerations: taints that do not matter.
        priority_class: the name of a PriorityClass, for what must run when
            there is not room for all.

    Raises:
        ConfigurationError: a label or name that Kubernetes refuses, or a number of
            zones that nothing requires or that the nodes are not in.
    """

    zones: Spread = Spread.PREFERRED
    min_zones: int | None = None
    hosts: Spread = Spread.PREFERRED
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: Sequence[Toleration] = ()
    priority_class: str | None = None

    def __post_init__(self) -> None:
        check_member("Placement.zones", self.zones, Spread)
        check_member("Placement.hosts", self.hosts, Spread)
        if self.min_zones is not None:
            check_range("Placement.min_zones", self.min_zones, 1, 100)
            if self.zones is not Spread.REQUIRED:
                raise ConfigurationError(
                    "Placement.min_zones", self.min_zones, "say zones=Spread.REQUIRED as well"
                )
            if self.min_zones > 1 and _ZONE in self.node_selector:
                raise ConfigurationError(
                    "Placement.node_selector",
                    _ZONE,
                    "leave it out: min_zones asks for more than one",
                )
        for key, value in self.node_selector.items():
            check_label_key("Placement.node_selector", key)
            check_label_value(f"Placement.node_selector[{key!r}]", value)
        if self.priority_class is not None:
            check_name("Placement.priority_class", self.priority_class)

    def spread(
        self,
        labels: Mapping[str, str],
        *,
        match_label_keys: Sequence[str] = ("pod-template-hash",),
    ) -> list[k8s.TopologySpreadConstraint]:
        """Return the constraints for pods with these labels.

        Args:
            labels: of the pods.
            match_label_keys: labels that the controller sets, whose values must
                be alike too. The hash of the template keeps the replaced pods of
                a Deployment's rolling update out of the count; without it the
                zones are uneven after every rollout.
        """
        return [
            k8s.TopologySpreadConstraint(
                max_skew=1,
                min_domains=least,
                topology_key=topology,
                when_unsatisfiable=spread.value,
                label_selector=k8s.LabelSelector(match_labels=dict(labels)),
                match_label_keys=list(match_label_keys) or None,
                node_taints_policy="Honor",
            )
            for topology, spread, least in (
                (_ZONE, self.zones, self.min_zones),
                ("kubernetes.io/hostname", self.hosts, None),
            )
        ]
