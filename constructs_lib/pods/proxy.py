"""The proxy through which pods call the world."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.rules import check_several, check_text, check_url
from constructs_lib.values import Value


class HttpProxy(Value):
    """A proxy that programs find by the usual variables, in both spellings.

    Calls inside the cluster go past it. Who calls it needs a way there:
    ``Workload(calls=[…])``.

    Args:
        url: such as ``http://proxy.example.com:3128``.
        direct: names and ranges besides that are called without it, such as
            ``(".example.com", "10.0.0.0/8")``.

    Raises:
        ConfigurationError: no plain address, or one text instead of several.
    """

    url: str
    direct: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_url("HttpProxy.url", self.url)
        check_several("HttpProxy.direct", self.direct)
        for name in self.direct:
            check_text("HttpProxy.direct", name)

    def env(self, cluster: Cluster) -> dict[str, str]:
        """Return the variables; programs read one spelling or the other."""
        # Calls inside the cluster, and those to its API, which clients make by address.
        services = (".svc", f".{cluster.domain}", "$(KUBERNETES_SERVICE_HOST)")
        told = {
            "HTTP_PROXY": self.url,
            "HTTPS_PROXY": self.url,
            "NO_PROXY": ",".join(("localhost", "127.0.0.1", *services, *self.direct)),
        }
        return {**told, **{name.lower(): text for name, text in told.items()}}
