"""The HTTP proxy for egress of pods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from constructs_lib.cluster import Cluster
from constructs_lib.facts.network import Call, Neighbour, Outside, Peer, check_has_port
from constructs_lib.rules import check_text, check_url
from constructs_lib.values import Value


class HttpProxy(Value):
    """An HTTP proxy in the usual environment variables, upper and lower case.

    Calls inside the cluster bypass it. NetworkPolicies must allow the call to it: those of a
    `SecurityBaseline` let all pods of its app there if its `target` is said with the defaults of
    the app, others say ``Workload(calls=[…])``. Whether a process reads the variables is up to it:
    Grafana and Alertmanager do; Elasticsearch, Kibana, Logstash, Prometheus and the blackbox
    exporter do not, and connect directly.

    Args:
        url: such as ``http://proxy.example.com:3128``.
        direct: further names and ranges in ``NO_PROXY``, such as
            ``(".example.com", "10.0.0.0/8")``.
        target: what listens there: pods of somebody else, or addresses, with the port; None for
            calls that are said elsewhere.

    Raises:
        ConfigurationError: an invalid URL, or a target without a port.
    """

    url: str
    direct: Sequence[str] = ()
    target: Neighbour | Outside | None = None

    def __post_init__(self) -> None:
        check_url("HttpProxy.url", self.url)
        for name in self.direct:
            check_text("HttpProxy.direct", name)
        if self.target is not None:
            check_has_port("HttpProxy.target", self.target)

    def calls_of(self, sources: Iterable[Peer]) -> list[Call]:
        """Return the calls of pods to it."""
        target = self.target
        if target is None:
            return []
        return [Call(source=s, target=target, port=p.name) for s in sources for p in target.ports]

    def env(self, cluster: Cluster) -> dict[str, str]:
        """Return the variables in upper and lower case, since programs read either."""
        # Calls inside the cluster, and those to its API, which clients make by address.
        services = (".svc", f".{cluster.domain}", "$(KUBERNETES_SERVICE_HOST)")
        local = ("localhost", "127.0.0.1", *(["::1"] if cluster.addresses.has_ipv6 else []))
        told = {
            "HTTP_PROXY": self.url,
            "HTTPS_PROXY": self.url,
            "NO_PROXY": ",".join((*local, *services, *self.direct)),
        }
        return {**told, **{name.lower(): text for name, text in told.items()}}
