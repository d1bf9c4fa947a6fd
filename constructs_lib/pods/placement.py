"""Placement of pods: topology spread, node selector, tolerations, priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum

from cdk8s_plus_27 import k8s

from constructs_lib.errors import reject
from constructs_lib.rules import (
    check_label_key,
    check_label_value,
    check_labels,
    check_name,
    check_range,
)
from constructs_lib.values import Value

_ZONE = "topology.kubernetes.io/zone"
_NODE = "kubernetes.io/hostname"


class Spread(StrEnum):
    """What the scheduler does when a topology spread cannot be satisfied."""

    PREFERRED = "ScheduleAnyway"
    REQUIRED = "DoNotSchedule"


class FailureDomain(StrEnum):
    """The failure domain that may be lost at once without losing all replicas.

    ``ZONE``: a zone with all its nodes, by the label ``topology.kubernetes.io/zone``; a node
    without it gets no replica.
    ``NODE``: a node, where there is one zone or none is known. The loss of the zone loses all
    replicas.
    ``NONE``: a pod, as on a laptop: all replicas may be on one node, and are lost with it.
    """

    ZONE = "zone"
    NODE = "node"
    NONE = "none"


class Toleration(Value):
    """A toleration of a taint.

    Args:
        key: the key of the taint; None for all taints, such as for an agent of every node.
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
            reject("Toleration.value", self.value, "name the key that it is of")
        if self.value is not None:
            check_label_value("Toleration.value", self.value)
        effects = ("NoSchedule", "PreferNoSchedule", "NoExecute")
        if self.effect is not None and self.effect not in effects:
            reject("Toleration.effect", self.effect, f"use one of {', '.join(effects)}")

    def to_kube(self) -> k8s.Toleration:
        """Return the typed toleration."""
        return k8s.Toleration(
            key=self.key,
            operator="Exists" if self.value is None else "Equal",
            value=self.value,
            effect=self.effect,
        )


class Placement(Value):
    """How pods are spread over zones and nodes, and which nodes they may use.

    Args:
        zones: preferred by default, so that a full zone does not block a rollout; required if
            no zone may have more than its share.
        min_zones: how many zones there are at least; None for no such promise. Where fewer can
            take pods, some stay pending rather than share a zone.
        nodes: the same over nodes.
        min_nodes: how many nodes there are at least, likewise.
        node_selector: labels that a node must have.
        tolerations: of taints.
        priority_class: the name of a PriorityClass.
        affinity: typed, for what is none of the above, such as nodes that are preferred, or
            pods to be beside; optional.

    Raises:
        ConfigurationError: a label or name that Kubernetes refuses, or a number of
            zones or nodes that nothing requires or that the nodes are not in.
    """

    zones: Spread = Spread.PREFERRED
    min_zones: int | None = None
    nodes: Spread = Spread.PREFERRED
    min_nodes: int | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: Sequence[Toleration] = ()
    priority_class: str | None = None
    affinity: k8s.Affinity | None = None

    def __post_init__(self) -> None:
        self._check_domains("zones", _ZONE, self.zones, self.min_zones)
        self._check_domains("nodes", _NODE, self.nodes, self.min_nodes)
        check_labels("Placement.node_selector", self.node_selector)
        if self.priority_class is not None:
            check_name("Placement.priority_class", self.priority_class)

    def apart(self, domain: FailureDomain, *, least: int) -> Placement:
        """Return the placement with a required spread over failure domains.

        Args:
            domain: the failure domain.
            least: how many of them there must be.
        """
        if domain is FailureDomain.ZONE:
            least = max(least, self.min_zones or 1)
            return replace(self, zones=Spread.REQUIRED, min_zones=least)
        if domain is FailureDomain.NODE:
            least = max(least, self.min_nodes or 1)
            return replace(self, nodes=Spread.REQUIRED, min_nodes=least)
        return self

    def spread(
        self,
        labels: Mapping[str, str],
        *,
        match_label_keys: Sequence[str],
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
                (_NODE, self.nodes, self.min_nodes),
            )
        ]

    def _check_domains(self, name: str, label: str, spread: Spread, least: int | None) -> None:
        if least is None:
            return
        check_range(f"Placement.min_{name}", least, 1, 100)
        if spread is not Spread.REQUIRED:
            reject(f"Placement.min_{name}", least, f"say {name}=Spread.REQUIRED as well")
        if least > 1 and label in self.node_selector:
            reject(
                "Placement.node_selector",
                label,
                f"leave it out: min_{name} asks for more than one",
            )
