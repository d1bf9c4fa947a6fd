"""What data planes of gateways do with connections, requests and pods that leave."""

from __future__ import annotations

from constructs_lib.facts.network import Neighbour, Outside
from constructs_lib.values import Value


class DataPlane(Value):
    """What is known of a data plane.

    Args:
        idle_seconds: how long it keeps connections to pods that it does not use.
        detach_seconds: how long it still sends to a pod that terminates; None where only its place
            tells: endpoints of pods are gone in seconds, those in a cloud are changed by its API.
        timeout_seconds: how long it waits for an answer; None where it is not known.
    """

    idle_seconds: int
    detach_seconds: int | None = None
    timeout_seconds: int | None = None


class UsualOfClass(Value):
    """What is usual for the GatewayClass."""


class UsualOfController(Value):
    """What is usual for pods of the cluster, or for what is outside of it."""


# By what classes begin with. Google keeps connections for ten minutes, and ends a request, and a
# websocket too, after 30 seconds (https://cloud.google.com/load-balancing/docs/https, Timeouts and
# retries). To take a pod out it was reported to need up to a minute
# (https://github.com/kubernetes/ingress-gce/issues/2222), and is said to take 40 seconds
# (https://cloud.google.com/knowledge/kb/502-503-errors-on-external-http-s-load-balancer-000006416).
_KNOWN = {
    "nginx": DataPlane(idle_seconds=60),
    "kong": DataPlane(idle_seconds=60),
    "traefik": DataPlane(idle_seconds=90),
    "gke-l7": DataPlane(idle_seconds=600, detach_seconds=60, timeout_seconds=30),
}
# Most others are Envoy (https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts).
_ENVOY = DataPlane(idle_seconds=3600)
_DETACH_SECONDS = 10
_DETACH_SECONDS_OUTSIDE = 60


def of_class(gateway_class: str) -> DataPlane:
    """Return what is known of the data plane of a GatewayClass, or that of most."""
    known = (plane for begin, plane in _KNOWN.items() if gateway_class.startswith(begin))
    return next(known, _ENVOY)


def usual_detach_seconds(controller: Neighbour | Outside) -> int:
    """Return how long a data plane may still send to a pod that terminates, by where it is."""
    return _DETACH_SECONDS_OUTSIDE if isinstance(controller, Outside) else _DETACH_SECONDS
