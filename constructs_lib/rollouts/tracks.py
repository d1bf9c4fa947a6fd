"""One version of a workload that runs beside others, and who scales it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Protocol

from constructs import Construct

from constructs_lib.facts.signals import PodMetric
from constructs_lib.rollouts.request_match import Match
from constructs_lib.values import Value


class Scaling(Protocol):
    """Who decides how many replicas a track has."""

    @property
    def minimum(self) -> int:
        """The fewest replicas."""
        ...

    @property
    def maximum(self) -> int:
        """The most replicas."""
        ...

    @property
    def fixed(self) -> int | None:
        """The number in the manifest; None where an autoscaler owns it."""
        ...

    @property
    def pod_metrics(self) -> Sequence[PodMetric]:
        """The metrics of the pods that it asks for."""
        ...

    def idle(self, replicas: int) -> Scaling:
        """Return the same for a track that gets no requests: it has so many replicas."""
        ...

    def attach(self, scope: Construct, track: Track) -> None:
        """Make what scales the track."""
        ...


class Backend(Value):
    """A Service that routes lead to, and its share of their traffic.

    Args:
        name: such as ``stable``.
        service: the name of the Service.
        namespace: where it is.
        weight: the percentage that it gets of the requests that no other matches.
        matches: requests that it gets in any case.
        host: a host name of its own, instead of a part in that of the others.
    """

    name: str
    service: str
    namespace: str
    weight: int = 100
    matches: tuple[Match, ...] = ()
    host: str | None = None


class Track(Backend):
    """A Deployment, the labels that find just its pods, and its share of the traffic.

    Args:
        name: such as ``stable``.
        workload: the name of the Deployment.
        service: the name of the Service that finds its pods.
        namespace: where both are.
        selector: the labels of its pods, disjoint from those of other tracks.
        image: what its pods run.
        scaling: who decides how many pods it has.
        weight: the percentage that it gets of the requests that no track matches.
        matches: requests that it gets in any case.
        host: a host name of its own, instead of a part in that of the others.
    """

    workload: str
    selector: Mapping[str, str]
    image: str
    scaling: Scaling

    @property
    def backend(self) -> Backend:
        """The track as routes refer to it."""
        return Backend(**{each.name: getattr(self, each.name) for each in fields(Backend)})
