"""From which value on a number is what it should not be."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.observability.grafana.foundation import ThresholdsConfig, models


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """From which value on a number is what it should not be, from left to right.

    Args:
        colors: of the ranges; one more than the limits.
        limits: where the next range begins.
    """

    colors: tuple[str, ...]
    limits: tuple[float, ...]

    def build(self) -> ThresholdsConfig:
        """Return what the SDK takes."""
        starts: tuple[float | None, ...] = (None, *self.limits)
        return (
            ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps(
                [
                    models.Threshold(value=start, color=color)
                    for start, color in zip(starts, self.colors, strict=True)
                ]
            )
        )


def worse_above(warning: float, critical: float) -> Levels:
    """Return levels of what should be low."""
    return Levels(colors=("green", "orange", "red"), limits=(warning, critical))


def worse_below(critical: float, warning: float) -> Levels:
    """Return levels of what should be high."""
    return Levels(colors=("red", "orange", "green"), limits=(critical, warning))


PLAIN = Levels(colors=("text",), limits=())
