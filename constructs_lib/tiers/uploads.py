"""Uploads: what the bodies of requests may take in the directory for temporary files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from constructs_lib.errors import ConfigurationError
from constructs_lib.pods.container import Container
from constructs_lib.pods.volumes import TEMPORARY, Scratch
from constructs_lib.quantities import format_bytes, parse_bytes
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.limits import UNLIMITED
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.policy import TrafficPolicy
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.spoken import Spoken

# Where nobody in front limits bodies, the application has to: as large as is usual in front.
_USUAL = parse_bytes(TrafficPolicy().body_limit or "", "TrafficPolicy.body_limit")


def with_room_for_uploads(
    container: Container,
    hosts: Sequence[Host],
    routes: Sequence[Route],
    load_balancers: Sequence[LoadBalancer],
    at_once: int,
) -> Container:
    """Return the container with a ``/tmp`` that holds what its requests upload at once.

    Of a door that limits no body, such as a Gateway, a body of the usual size has room.

    Args:
        container: of a tier.
        hosts: that its routes are on.
        routes: of the tier.
        load_balancers: in front of it.
        at_once: requests that its server puts there at once.
    """
    limits = {limit for limit in _limits(hosts, routes) if limit is not None}
    is_open = bool(load_balancers) or any(_is_open(host, routes) for host in hosts)
    if not (limits or is_open) or not at_once:
        return container
    mounted = [each for each in container.volumes if each.mount_path == TEMPORARY.mount_path]
    if UNLIMITED in limits:
        if not mounted:
            raise ConfigurationError(
                "TrafficPolicy.body_limit",
                UNLIMITED,
                f"give the container a Scratch at {TEMPORARY.mount_path} that holds what {at_once} "
                "requests upload at once, or a runtime that keeps none there",
            )
        return container
    said = (parse_bytes(limit, "TrafficPolicy.body_limit") for limit in limits)
    largest = max(said, default=Decimal(0))
    needed = largest * at_once
    why = f"{at_once} requests at once, of {format_bytes(largest)} each by TrafficPolicy.body_limit"
    for volume in mounted:
        if isinstance(volume, Scratch) and parse_bytes(volume.size, "Scratch.size") < needed:
            raise ConfigurationError(
                f"Scratch.size of {volume.mount_path}",
                volume.size,
                f"use at least '{format_bytes(needed)}': {why}",
            )
    if mounted:
        return container
    if is_open and largest < _USUAL:
        needed = _USUAL * at_once
        why = f"{at_once} requests at once, of {format_bytes(_USUAL)} each, and nobody limits them"
    size = needed + parse_bytes(TEMPORARY.size, "Scratch.size")
    _check_fits(container, size, why)
    temporary = Scratch(mount_path=TEMPORARY.mount_path, size=format_bytes(size))
    return container.with_defaults(volumes=[temporary])


def _is_open(host: Host, routes: Iterable[Route]) -> bool:
    limits = "body_limit" in host.renderer.expressed(Spoken())
    return not limits and not all(route.websocket for route in routes)


def _limits(hosts: Iterable[Host], routes: Iterable[Route]) -> Iterator[str | None]:
    for host in hosts:
        for route in routes:
            if not route.websocket and route.is_on(host.name):
                yield host.policy_of(route, Spoken()).body_limit


def _check_fits(container: Container, size: Decimal, why: str) -> None:
    scratch = (v.size for v in container.volumes if isinstance(v, Scratch))
    held = sum((parse_bytes(each, "Scratch.size") for each in scratch), size)
    if held > container.resources.amounts().ephemeral_storage:
        raise ConfigurationError(
            "Resources.ephemeral_storage",
            container.resources.ephemeral_storage,
            f"use at least '{format_bytes(held)}', or a lower limit: {why}; or say "
            "spools_uploads=False of a server that does not keep them in /tmp",
        )
