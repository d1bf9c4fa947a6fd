"""Canary release: a new version on a part of the traffic."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.alerts import AlertRule, Severity
from constructs_lib.facts.footprint import Footprint
from constructs_lib.facts.promql import increase, quantile, total
from constructs_lib.facts.signals import Indicator
from constructs_lib.labels import Identity
from constructs_lib.pods.image import check_image
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.request_match import Match, check_unambiguous
from constructs_lib.rollouts.rollout import Live, RollingUpdate, check_claims
from constructs_lib.rollouts.tracks import SameScaling, Scaling
from constructs_lib.rules import check_range
from constructs_lib.values import Value

# As `Indicator.failure_ratio` looks back.
_WINDOW = "5m"


class Canary(Value):
    """A second track that gets more of the traffic with each step.

    Each step is a commit that changes `step` by one. To abort, set it to 0: the
    canary keeps only the requests that match. Whoever is on call leads its Service to the pods of
    the stable track at once (`Debugger.canaries`). After the last step give its
    image to the container, and remove the canary. Open websockets stay with their pod when
    the weight changes. Weights hold for requests through the host only: clients of the
    Service inside the cluster, or of a load balancer, reach the stable track.

    Args:
        image: of the canary.
        steps: the percentage of the traffic at each step.
        step: the current one; 0 is before the first.
        matches: requests that it gets at any step, for those who test it.
        scaling: of the canary, or `SameScaling()` as the stable track.
        worse_percent: the percentage points by which its failure ratio may exceed that of the
            stable track before an alert fires. Both alerts wait for as many requests in five
            minutes as one failure alone cannot fire with: a hundred with one point.
        slower_percent: by how much the 95th percentile of its durations may exceed that of the
            stable track before an alert fires.
        update: the rolling update of each track.

    Raises:
        ConfigurationError: an image that can move, steps that do not rise, or
            a step that is none of them.
    """

    image: str
    steps: tuple[int, ...] = (5, 25, 50, 100)
    step: int = 0
    matches: tuple[Match, ...] = ()
    scaling: Scaling | SameScaling = SameScaling()
    worse_percent: int = 1
    slower_percent: int = 50
    update: RollingUpdate = RollingUpdate()

    def __post_init__(self) -> None:
        check_image("Canary.image", self.image)
        check_unambiguous("Canary.matches", self.matches)
        check_range("Canary.worse_percent", self.worse_percent, 1, 99)
        check_range("Canary.slower_percent", self.slower_percent, 1, 1000)
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            reject("Canary.steps", self.steps, "let each step be above the last")
        for weight in self.steps:
            check_range("Canary.steps", weight, 1, 100)
        check_range("Canary.step", self.step, 0, len(self.steps))

    @property
    def weight(self) -> int:
        """The percentage that the canary gets now."""
        return self.steps[self.step - 1] if self.step else 0

    def deploy(self, scope: Construct, pod: Pod, scaling: Scaling) -> Live:
        """Create the stable Deployment, the canary's, and the alerts that compare them."""
        check_claims(pod, scaling.maximum + self._scaling(scaling).maximum)
        stable = self.update.track(scope, pod, scaling, name="stable")
        canary = self.update.track(
            scope,
            pod.with_image(self.image),
            self._scaling(scaling),
            name="canary",
            suffix="-canary",
        )
        return Live(
            tracks=(
                replace(stable, weight=100 - self.weight),
                replace(
                    canary,
                    service=f"{pod.identity.name}-canary",
                    weight=self.weight,
                    matches=self.matches,
                    splits=True,
                ),
            ),
            alerts=()
            if pod.indicator is None
            else tuple(self._alerts(pod.identity, pod.indicator)),
        )

    def footprint(self, pod: Pod, scaling: Scaling) -> Footprint:
        """Return the footprint of both tracks when both roll at once."""
        stable = self.update.footprint(pod, scaling)
        canary = self.update.footprint(pod, self._scaling(scaling))
        return replace(
            stable, pods=stable.pods + canary.pods, objects={"count/deployments.apps": 2}
        )

    def _scaling(self, stable: Scaling) -> Scaling:
        return stable if isinstance(self.scaling, SameScaling) else self.scaling

    def _alerts(self, identity: Identity, indicator: Indicator) -> Iterator[AlertRule]:
        stable, canary = (
            {"namespace": identity.namespace, "app": identity.name, "track": track}
            for track in ("stable", "canary")
        )
        met = total(increase(indicator.total, *_matchers(canary), window=_WINDOW))
        enough = f"{met} >= {math.ceil(100 / self.worse_percent)}"
        failures = (indicator.failure_ratio(canary), indicator.failure_ratio(stable))
        yield _alert(
            "CanaryErrorRateHigh",
            # Without requests the share of the stable track is NaN, which is not even zero.
            f"({failures[0]}) - ({failures[1]} >= 0 or vector(0)) > {self.worse_percent / 100}"
            f" and {enough}",
            f"The canary of {identity.name} fails more often than the stable version.",
        )
        if indicator.histogram is not None:
            slow, usual = (_latency(indicator.histogram, track) for track in (canary, stable))
            yield _alert(
                "CanaryLatencyHigh",
                f"{slow} > {1 + self.slower_percent / 100} * {usual} and {enough}",
                f"The canary of {identity.name} is slower than the stable version.",
            )


def _matchers(labels: Mapping[str, str]) -> list[str]:
    return [f'{name}="{value}"' for name, value in labels.items()]


def _latency(histogram: str, labels: Mapping[str, str]) -> str:
    return quantile(0.95, histogram, *_matchers(labels), window=_WINDOW)


def _alert(name: str, expression: str, summary: str) -> AlertRule:
    return AlertRule(
        name=name,
        expression=expression,
        for_seconds=300,
        severity=Severity.PAGE,
        summary=summary,
        runbook="canary",
    )
