"""What each renderer can express, asked of the renderers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

from cdk8s import App, Chart

import constructs_lib
from constructs_lib import ConfigurationError, Host, Route
from constructs_lib.labels import Identity
from constructs_lib.rollouts import Backend, CookieMatch, HeaderMatch
from constructs_lib.traffic import (
    PORTABLE_POLICY,
    HttpProtocol,
    PodTls,
    Spoken,
    attach_routes,
)
from constructs_lib.traffic.capabilities import EXPRESSED
from tests.traffic.test_policy import RENDERERS, tls_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "capabilities.md"

_INTRODUCTION = """\
# What each renderer can express

Made by `make snapshots` from the renderers; do not edit. What is not marked is refused.
"""
_STABLE = Backend(name="stable", service="web", namespace="app")
_CANARY = Backend(name="canary", service="web-canary", namespace="app", weight=0)
# Which requests the second track of a tier gets.
_TRACKS = {
    "by a share of all": (replace(_STABLE, weight=75), replace(_CANARY, weight=25)),
    "by `HeaderMatch`": (
        _STABLE,
        replace(_CANARY, matches=(HeaderMatch(name="canary", value="yes"),)),
    ),
    "by `CookieMatch`": (
        _STABLE,
        replace(_CANARY, matches=(CookieMatch(name="canary", value="yes"),)),
    ),
    "by a host of its own": (_STABLE, replace(_CANARY, weight=100, host="next.example.com")),
}
_SPOKEN = {
    "HTTP/1.1": Spoken(),
    "gRPC": Spoken(protocol=HttpProtocol.GRPC),
    "TLS, verified": Spoken(tls=PodTls(host_name="web.app.svc", authority="app-ca")),
    "TLS of whoever answers": Spoken(tls=PodTls(host_name="web.app.svc", authority=None)),
}
# Its cells, and what each renderer can.
_Row = tuple[tuple[str, ...], dict[str, str]]


def capabilities() -> str:
    """Return the page."""
    return "\n".join(
        [
            _INTRODUCTION,
            *_table(("part", "value"), _parts()),
            "",
            *_table(("requests of a track",), _tracks()),
            "",
            *_table(("pods speak",), _spoken()),
            "",
        ]
    )


def _parts() -> Iterator[_Row]:
    hints = get_type_hints(constructs_lib.TrafficPolicy)
    for field in fields(constructs_lib.TrafficPolicy):
        kinds = [kind for kind in get_args(hints[field.name]) if kind is not NoneType]
        able = {name: "yes" for name, parts in EXPRESSED.items() if field.name in parts}
        for name in able:
            if field.name not in RENDERERS[name].expressed(Spoken(protocol=HttpProtocol.GRPC)):
                able[name] = "not of gRPC"
        yield (f"`{field.name}`", " or ".join(f"`{kind.__name__}`" for kind in kinds)), able


def _tracks() -> Iterator[_Row]:
    for requests, tracks in _TRACKS.items():
        yield (requests,), {name: "yes" for name in RENDERERS if _leads_to(name, tracks)}


def _spoken() -> Iterator[_Row]:
    for words, spoken in _SPOKEN.items():
        able = {name: "yes" for name in RENDERERS if _leads_to(name, (_STABLE,), spoken)}
        yield (words,), able


def _leads_to(renderer: str, tracks: Sequence[Backend], spoken: Spoken = Spoken()) -> bool:
    host = Host(
        name="shop.example.com", tls=tls_of(RENDERERS[renderer]), renderer=RENDERERS[renderer]
    )
    identity = Identity(name="web", namespace="app", component="web")
    try:
        attach_routes(
            Chart(App(), "web", namespace="app"),
            identity,
            hosts=[host],
            routes=[Route(policy=PORTABLE_POLICY)],
            tracks=tracks,
            spoken=spoken,
        )
    except ConfigurationError:
        return False
    return True


def _table(columns: tuple[str, ...], rows: Iterable[_Row]) -> Iterator[str]:
    yield f"| {' | '.join((*columns, *RENDERERS))} |"
    yield "|---" * (len(columns) + len(RENDERERS)) + "|"
    for cells, able in rows:
        marks = (able.get(name, "") for name in RENDERERS)
        yield f"| {' | '.join((*cells, *marks))} |"


if __name__ == "__main__":
    PAGE.write_text(capabilities())
