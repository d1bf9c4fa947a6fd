"""A public host that another program makes."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.errors import reject
from constructs_lib.facts.published import Facts, Publisher
from constructs_lib.traffic.host import Host
from constructs_lib.traffic.public_host import routes_on
from constructs_lib.values import Value


class ExistingHost(Value):
    """A public host that another program makes, such as that of another repository.

    The objects of its routes are made here, all else is made there. Give it to the baseline in
    place of a `PublicHost`, and to `check` as ``given=["Host/shop.example.com"]``.

    Args:
        host: of the routes, with the renderer that it has there.
        constructs: with routes on it; others are ignored.

    Raises:
        ConfigurationError: no route on it, a renderer that has all of a host in one object, or a
            track with a host of its own, which nobody would make.
    """

    host: Host
    constructs: Sequence[Publisher]

    def __post_init__(self) -> None:
        if not self.host.renderer.shares_hosts:
            reject(
                "ExistingHost.host",
                type(self.host.renderer).__name__,
                "use NginxIngress or ExistingGateway: with this one, the object of a host names "
                "all that is on it",
            )
        for route in self.facts.hosted:
            for name in route.host_names:
                if name not in self.host.names:
                    reject(
                        "ExistingHost.constructs",
                        name,
                        f"leave out the host of a track, which {route.name!r} has: nobody makes it",
                    )

    @property
    def facts(self) -> Facts:
        """The routes, for the baseline."""
        return Facts(hosted=tuple(routes_on(self.host, self.constructs)))
