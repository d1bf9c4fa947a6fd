"""The rules of an HTTPRoute or GRPCRoute: where requests of a path, and with a header, lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.rollouts.request_match import HeaderMatch, Match
from constructs_lib.rollouts.tracks import Backend
from constructs_lib.rules import check_range
from constructs_lib.traffic.gateway_fields import fields_of
from constructs_lib.traffic.host import ServedRoute
from constructs_lib.traffic.routes import Route

# https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec
_MOST_RULES = 16


def rules_of(served: ServedRoute) -> list[dict[str, Any]]:
    """Return the rules of a route; those with a header are first, as more specific ones win."""
    fields = fields_of(served.parts)
    written = fields.pop("filters", {})
    filters = [
        *({"type": kind, f"{kind[0].lower()}{kind[1:]}": told} for kind, told in written.items()),
        *_rewrite(served.route),
    ]
    shares = [
        {**_backend(served, track), "weight": track.weight}
        for track in served.tracks
        if track.weight
    ]
    rules = [
        {
            **fields,
            "filters": filters or None,
            "matches": _matches(paths, served, headers) or None,
            "backendRefs": backends,
        }
        for paths in _together(served.route)
        for headers, backends in (
            *(
                ([_header(match)], [_backend(served, track)])
                for track in served.tracks
                for match in track.matches
            ),
            (None, shares),
        )
    ]
    check_range("number of rules", len(rules), 1, _MOST_RULES)
    return rules


def _together(route: Route) -> list[tuple[str, ...]]:
    """Return the paths of each rule: one, if its prefix is replaced, as the API asks."""
    replaced = route.rewrite is not None and not route.exact
    return [(path,) for path in route.paths] if replaced else [route.paths]


def _matches(
    paths: Sequence[str], served: ServedRoute, headers: list[dict[str, str]] | None
) -> list[dict[str, Any]]:
    if served.spoken.is_grpc:
        if headers is None and "/" in paths:
            return []
        return [{"method": _method(path), "headers": headers} for path in paths]
    kind = "Exact" if served.route.exact else "PathPrefix"
    return [{"path": {"type": kind, "value": path}, "headers": headers} for path in paths]


def _method(path: str) -> dict[str, str] | None:
    """Return what ``/package.Service`` or ``/package.Service/Method`` names, or None for all."""
    service, _, method = path.removeprefix("/").partition("/")
    if not service:
        return None
    return {"type": "Exact", "service": service, **({"method": method} if method else {})}


def _rewrite(route: Route) -> list[dict[str, Any]]:
    if route.rewrite is None:
        return []
    path = (
        {"type": "ReplaceFullPath", "replaceFullPath": route.rewrite}
        if route.exact
        else {"type": "ReplacePrefixMatch", "replacePrefixMatch": route.rewrite}
    )
    return [{"type": "URLRewrite", "urlRewrite": {"path": path}}]


def _header(match: Match) -> dict[str, str]:
    if not isinstance(match, HeaderMatch):
        raise ConfigurationError(
            "Track.matches",
            match,
            "GatewayApi matches no cookies; use a HeaderMatch, or VirtualServer",
        )
    return {"name": match.name, "value": match.value}


def _backend(served: ServedRoute, track: Backend) -> dict[str, Any]:
    return {"name": track.service, "port": served.service_port}
