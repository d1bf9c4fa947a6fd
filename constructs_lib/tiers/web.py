"""The web tier: a Next.js server."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.errors import ConfigurationError
from constructs_lib.runtimes.nextjs import NextJs
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.server_tier import ServerArguments, ServerTier
from constructs_lib.traffic.routes import Route


class WebArguments(ServerArguments):
    """The arguments of `WebTier`.

    Args:
        routes: its paths on each host; all by default.
        runtime: what its server process is like; Next.js by default.
        host: the public host of its routes, or several; None behind a load balancer only.
    """

    routes: Sequence[Route] = (Route(),)
    runtime: Runtime = NextJs()


class WebTier(ServerTier):
    """A front end, such as a Next.js server, behind an ingress, a load balancer, or both.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service, an Ingress for each route and, if asked, a
    Service of type LoadBalancer.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.

    Attributes:
        endpoint: its address, for the `upstreams` of other tiers.
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.

    Raises:
        ConfigurationError: neither host nor load balancer, or values that contradict each other.
    """

    @takes(WebArguments)
    def __init__(self, scope: Construct, id: str, given: WebArguments) -> None:
        if not given.hosts and not given.load_balancers:
            raise ConfigurationError(
                "WebTier.host", None, "expose it: host=Host(…), load_balancer=LoadBalancer(…)"
            )
        super().__init__(scope, id, given, component="web")
