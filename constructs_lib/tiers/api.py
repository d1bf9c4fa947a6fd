"""The API tier: Flask under gunicorn."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from constructs_lib.arguments import takes
from constructs_lib.runtimes.gunicorn import Gunicorn
from constructs_lib.runtimes.runtime import Runtime
from constructs_lib.tiers.server_tier import ServerArguments, ServerTier
from constructs_lib.traffic.routes import Route

API_ROUTE = Route(paths=("/api",))


class ApiArguments(ServerArguments):
    """The arguments of `ApiTier`.

    Args:
        routes: its paths on each host; ``/api`` by default.
        runtime: what its server process is like; gunicorn by default.
    """

    routes: Sequence[Route] = (API_ROUTE,)
    runtime: Runtime = Gunicorn()


class ApiTier(ServerTier):
    """A REST API inside the cluster, with routes on a public host if asked.

    Creates a ServiceAccount, a Deployment with its HorizontalPodAutoscaler and
    PodDisruptionBudget, a Service of type ClusterIP and an Ingress for each route.

    Args:
        scope: the chart, or a construct in it.
        id: the name of all its objects.

    Attributes:
        peer: its pods, for the `calls` of others.
        facts: what it publishes for the baseline and the observability stack.
        endpoint: its address, for the `upstreams` of other tiers.

    Raises:
        ConfigurationError: too few connections of the database for all processes, an inner
            timeout that is not below an outer one, or values that contradict
            each other.
    """

    @takes(ApiArguments)
    def __init__(self, scope: Construct, id: str, given: ApiArguments) -> None:
        super().__init__(scope, id, given, component="api")
