"""Routes: paths of a host with their traffic policy."""

from __future__ import annotations

from collections.abc import Collection

from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import check_distinct, check_name, check_range, check_url_path
from constructs_lib.traffic.policy import PreferredPolicy, TrafficPolicy
from constructs_lib.values import Value


class Route(Value):
    """Paths of a host with one traffic policy and one tier as the backend.

    Args:
        paths: prefixes by path element: ``/tea`` matches ``/tea`` and ``/tea/cup``, not
            ``/teapot``.
        name: of further routes of a tier; the first needs none.
        websocket: whether connections are upgraded to websockets, whose timeouts are for
            idle connections then.
        policy: of the requests; by default the parts that the ingress controller supports.

    Raises:
        ConfigurationError: no path, a path twice, or one that some ingress
            controller would read as a pattern.
    """

    paths: tuple[str, ...] = ("/",)
    name: str = ""
    websocket: bool = False
    policy: TrafficPolicy | PreferredPolicy = PreferredPolicy()

    def __post_init__(self) -> None:
        check_range("number of Route.paths", len(self.paths), 1, 16)
        for path in self.paths:
            check_url_path("Route.paths", path)
            if path != "/" and path.endswith("/"):
                raise ConfigurationError("Route.paths", path, f"write {path.rstrip('/')!r}")
        check_distinct("Route.paths", self.paths)
        if self.name:
            check_name("Route.name", self.name)

    def policy_on(self, expressed: Collection[str]) -> TrafficPolicy:
        """Return the policy for a controller that supports these parts."""
        if isinstance(self.policy, PreferredPolicy):
            return self.policy.among(expressed)
        return self.policy
