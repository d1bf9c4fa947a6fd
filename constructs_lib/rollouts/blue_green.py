"""Blue-green deployment: two full versions of a workload, one of which gets the traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.network import End
from constructs_lib.facts.signals import ExternalMetric, PodMetric
from constructs_lib.pods.image import check_image
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.rollout import Live, RollingUpdate, check_claims
from constructs_lib.rollouts.tracks import SameScaling, Scaling, Track
from constructs_lib.rules import check_range, check_subdomain
from constructs_lib.values import Value


class Color(StrEnum):
    """One of two versions."""

    BLUE = "blue"
    GREEN = "green"


class BlueGreen(Value):
    """Two tracks side by side; `active` is the one line that switches, and switches back.

    Blue runs the image of the container, green the one named here. A release is
    three steps: the image of the idle color; a test under the preview host;
    `active`. The switch changes the selector of one Service, at once and
    for all. Open connections, websockets above all, stay with the old color
    until it is updated or scaled down, and drain then as in any rollout.

    Args:
        active: the color that gets the traffic.
        green: the image of green.
        idle_replicas: how many pods the idle color has, or `SameScaling()` as the active
            one: without requests an autoscaler gives it the fewest. To warm it up for a
            switch under load, set it to what the active color has, and apply: an
            autoscaler of either goes no lower then, so the switch takes no pod.
            Zero keeps only the Deployment.
        preview_host: the host name of the idle color; the certificate of the tier's host must
            include it.
        update: the rolling update of each color.

    Raises:
        ConfigurationError: an image that can move, a number out of range, or a
            preview of a color that has no pods.
    """

    active: Color
    green: str
    idle_replicas: int | SameScaling = SameScaling()
    preview_host: str | None = None
    update: RollingUpdate = RollingUpdate()

    def __post_init__(self) -> None:
        check_image("BlueGreen.green", self.green)
        if not isinstance(self.idle_replicas, SameScaling):
            check_range("BlueGreen.idle_replicas", self.idle_replicas, 0, 1000)
        if self.preview_host is not None:
            check_subdomain("BlueGreen.preview_host", self.preview_host)
            if self.idle_replicas == 0:
                reject(
                    "BlueGreen.preview_host",
                    self.preview_host,
                    "give the idle color at least one replica to look at",
                )

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Create both Deployments, in an order that a switch does not change."""
        active, idle_scaling = self._scalings(scaling)
        check_claims(pod, active.maximum + idle_scaling.maximum)
        tracks = {
            color: self._track(scope, color, pod, active if color is self.active else idle_scaling)
            for color in Color
        }
        idle = replace(
            tracks.pop(self._idle),
            service=f"{pod.identity.name}-preview",
            weight=0 if self.preview_host is None else 100,
            host=self.preview_host,
        )
        return Live(tracks=(*tracks.values(), idle))

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the footprint of both colors when both roll at once."""
        active, idle = (self.update.footprint(pod, each) for each in self._scalings(scaling))
        return replace(active, pods=active.pods + idle.pods, objects={"count/deployments.apps": 2})

    @property
    def _idle(self) -> Color:
        return Color.GREEN if self.active is Color.BLUE else Color.BLUE

    def _scalings(self, scaling: Scaling) -> tuple[Scaling, Scaling]:
        """Return that of the active color and that of the idle one."""
        if isinstance(self.idle_replicas, SameScaling):
            return scaling, scaling
        if self.idle_replicas == 0:
            return scaling, _Stopped()
        idle = scaling.idle(self.idle_replicas)
        warmed_up = scaling.fixed is None and idle.minimum > scaling.minimum
        return idle if warmed_up else scaling, idle

    def _track(self, scope: Construct, color: Color, pod: Pod, scaling: Scaling) -> Track:
        image = pod.main.image if color is Color.BLUE else self.green
        return self.update.track(
            scope, pod.with_image(image), scaling, name=color.value, suffix=f"-{color.value}"
        )


class _Stopped:
    """A track without pods."""

    minimum = maximum = 0
    fixed: int | None = 0
    pod_metrics: Sequence[PodMetric] = ()
    external_metrics: Sequence[ExternalMetric] = ()
    metric_readers: Sequence[End] = ()

    def idle(self, replicas: int) -> _Stopped:
        """Return the same."""
        return self

    def attach(self, scope: Construct, track: Track) -> None:
        """Create no autoscaler: an idle color has no replicas."""
