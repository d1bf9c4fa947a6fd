"""Tracks: versions of a workload that run side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Protocol

from constructs import Construct

from constructs_lib.facts.network import End
from constructs_lib.facts.signals import ExternalMetric, PodMetric
from constructs_lib.rollouts.request_match import Match
from constructs_lib.values import Value


class Scaling(Protocol):
    """The scaling of a track."""

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
        """The metrics of pods that it scales on."""
        ...

    @property
    def external_metrics(self) -> Sequence[ExternalMetric]:
        """The metrics of other things that it scales on."""
        ...

    @property
    def metric_readers(self) -> Sequence[End]:
        """Who asks Prometheus for these metrics, instead of the Prometheus adapter."""
        ...

    def idle(self, replicas: int) -> Scaling:
        """Return the scaling of a track without requests: that many replicas."""
        ...

    def attach(self, scope: Construct, track: Track) -> None:
        """Create the autoscaler of the track, if any."""
        ...


class SameScaling(Value):
    """The scaling of the track beside it."""


class Measured(Value):
    """What percentages of an autoscaler are of.

    Args:
        container: that alone is measured, where others share its pod; None for the whole pod.
        memory_percent_at_rest: of its memory, which it keeps without requests; None where that is
            not known.
    """

    container: str | None = None
    memory_percent_at_rest: int | None = None


class Backend(Value):
    """A Service as the backend of routes, with its weight.

    Args:
        name: such as ``stable``.
        service: the name of the Service.
        namespace: of the Service.
        weight: the percentage of the requests that no other matches.
        matches: requests that it gets in any case.
        host: a host name of its own, instead of a part in that of the others.
        splits: whether it gets a part of the requests at some step, which not all renderers can
            give it.
    """

    name: str
    service: str
    namespace: str
    weight: int = 100
    matches: tuple[Match, ...] = ()
    host: str | None = None
    splits: bool = False


class Track(Backend):
    """A Deployment with the selector of its pods and its weight.

    Args:
        name: such as ``stable``.
        workload: the name of the Deployment.
        service: the name of its Service.
        namespace: of both.
        selector: the labels of its pods, disjoint from those of other tracks.
        image: of its pods.
        scaling: of its pods.
        weight: the percentage of the requests that no track matches.
        matches: requests that it gets in any case.
        host: a host name of its own, instead of a part in that of the others.
        splits: whether it gets a part of the requests at some step.
        measured: what percentages of its autoscaler are of.
    """

    workload: str
    selector: Mapping[str, str]
    image: str
    scaling: Scaling
    measured: Measured = Measured()

    @property
    def backend(self) -> Backend:
        """The track as routes refer to it."""
        return Backend(**{each.name: getattr(self, each.name) for each in fields(Backend)})
