"""Routes: paths of a host with their traffic policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field

from constructs_lib.errors import reject
from constructs_lib.labels import check_further_labels
from constructs_lib.rules import check_distinct, check_name, check_range, check_url_path
from constructs_lib.traffic.annotations import check_own_annotations
from constructs_lib.traffic.policy import (
    WEBSOCKET_POLICY,
    PreferredPolicy,
    TrafficPolicy,
    UsualPolicy,
)
from constructs_lib.traffic.spoken import HTTP
from constructs_lib.values import Value


class Location(Value):
    """A path as nginx matches it: the path alone, or whatever begins with its letters.

    Args:
        path: of requests.
        exact: whether nothing may follow.
        rewritten: what pods see instead of the path; None for the path itself.
    """

    path: str
    exact: bool
    rewritten: str | None = None


class Route(Value):
    """Paths of a host with one traffic policy and one tier as the backend.

    Args:
        paths: prefixes by path element: ``/tea`` matches ``/tea`` and ``/tea/cup``, not
            ``/teapot``.
        name: of further routes of a tier; the first needs none.
        exact: whether only the paths themselves match, and nothing below them.
        rewrite: what pods see instead of the path: with ``/`` for ``/api``, ``/api/orders`` is
            ``/orders`` to them; None for the path itself. Where an `NginxIngress` writes anything
            but ``/`` for a prefix, the path without more gets a ``/`` at its end.
        websocket: whether connections are upgraded to websockets, whose timeouts are for
            idle connections then.
        port: the name of the port of the pods that it leads to.
        hosts: names of the hosts of the tier that it is on; all by default.
        labels: further labels of the object of the route: a minion Ingress, an HTTPRoute or a
            GRPCRoute. With `VirtualServer` it has none, and `Host.labels` is the place.
        annotations: of that object, such as those of external-dns, or of a controller for what no
            policy says.
        policy: of the requests; by default what is usual for them, or the `WEBSOCKET_POLICY`, as
            far as the ingress controller supports it.

    Raises:
        ConfigurationError: no path, a path twice, or one that some ingress controller would read as
            a pattern, or an annotation that puts text into its configuration.
    """

    paths: tuple[str, ...] = ("/",)
    name: str = ""
    exact: bool = False
    rewrite: str | None = None
    websocket: bool = False
    port: str = HTTP
    hosts: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    policy: TrafficPolicy | PreferredPolicy | UsualPolicy = UsualPolicy()

    def __post_init__(self) -> None:
        check_range("number of Route.paths", len(self.paths), 1, 16)
        for path in self.paths:
            check_url_path("Route.paths", path)
            if not self.exact:
                _check_end("Route.paths", path)
        check_distinct("Route.paths", self.paths)
        if self.rewrite is not None:
            check_url_path("Route.rewrite", self.rewrite)
            _check_end("Route.rewrite", self.rewrite)
        if self.name:
            check_name("Route.name", self.name)
        check_name("Route.port", self.port)
        check_distinct("Route.hosts", self.hosts)
        check_further_labels("Route.labels", self.labels)
        check_own_annotations("Route.annotations", self.annotations)

    @property
    def locations(self) -> tuple[Location, ...]:
        """The paths in the way that nginx, and every other controller, reads alike.

        The prefix ``/tea`` of nginx would match ``/teapot`` too; the exact ``/tea`` and the
        prefix ``/tea/`` together are what Kubernetes means by it.
        """
        new = self.rewrite
        below = new and f"{new.rstrip('/')}/"
        if self.exact:
            return tuple(Location(path=path, exact=True, rewritten=new) for path in self.paths)
        return tuple(
            location
            for path in self.paths
            for location in (
                (Location(path="/", exact=False, rewritten=below),)
                if path == "/"
                else (
                    Location(path=path, exact=True, rewritten=new),
                    Location(path=f"{path}/", exact=False, rewritten=below),
                )
            )
        )

    def is_on(self, host_name: str) -> bool:
        """Tell whether it is on a host of its tier."""
        return not self.hosts or host_name in self.hosts

    def leads_to(self, path: str) -> bool:
        """Tell whether a visitor can ask pods for a path by it."""
        for own in self.paths:
            seen = own if self.rewrite is None else self.rewrite
            if path == seen or (not self.exact and path.startswith(f"{seen.rstrip('/')}/")):
                return True
        return False

    def policy_on(self, expressed: Collection[str]) -> TrafficPolicy:
        """Return the policy for a controller that supports these parts."""
        said = self.policy
        if isinstance(said, UsualPolicy):
            said = PreferredPolicy(policy=WEBSOCKET_POLICY if self.websocket else TrafficPolicy())
        return said.among(expressed) if isinstance(said, PreferredPolicy) else said


def _check_end(field: str, path: str) -> None:
    if path != "/" and path.endswith("/"):
        reject(field, path, f"write {path.rstrip('/')!r}")
