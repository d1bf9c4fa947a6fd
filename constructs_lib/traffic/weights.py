"""Weights: the tracks of a tier on each host."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.rollouts.request_match import check_unambiguous
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_range


def tracks_by_host(tracks: Sequence[Backend], own: str) -> dict[str, tuple[Backend, ...]]:
    """Return the tracks with traffic, by host.

    The first is included without traffic: routes are named after it.

    Args:
        tracks: all of a tier.
        own: the host of tracks without one of their own.
    """
    if any(track.host == own for track in tracks):
        raise ConfigurationError("preview_host", own, "use another than the public host")
    first, *others = tracks
    shown = (first, *(track for track in others if track.weight or track.matches))
    shared = {
        host: tuple(track for track in shown if (track.host or own) == host)
        for host in dict.fromkeys(track.host or own for track in shown)
    }
    for together in shared.values():
        _check_weights(together)
        check_unambiguous("Track.matches", [match for track in together for match in track.matches])
    return shared


def check_without_host(tracks: Sequence[Backend]) -> None:
    """Refuse several tracks without a host, since only routes split traffic."""
    for track in tracks[1:]:
        if track.weight or track.matches or track.splits:
            reject("host", None, f"give one: only its routes can lead to the track {track.name!r}")


def _check_weights(tracks: Sequence[Backend]) -> None:
    weights = {track.name: track.weight for track in tracks}
    for track in tracks:
        check_range(f"weight of {track.name}", track.weight, 0, 100)
    if sum(weights.values()) != 100:
        reject("Track.weight", weights, "let the weights add up to 100")
