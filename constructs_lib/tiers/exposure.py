"""Exposure of a tier: Services, routes on a host, load balancer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.facts.network import Call, End, Port
from constructs_lib.pods.pod import Pod
from constructs_lib.rollouts.tracks import Track
from constructs_lib.traffic.attach import attach_routes
from constructs_lib.traffic.host import Host, ServedRoute
from constructs_lib.traffic.load_balancer import LoadBalancer
from constructs_lib.traffic.routes import Route
from constructs_lib.traffic.service import cluster_ip
from constructs_lib.traffic.spoken import HTTP, METRICS, SERVER, AppProtocol, Spoken
from constructs_lib.traffic.weights import check_without_host
from constructs_lib.values import Value


class Exposure(Value):
    """The exposure of a tier.

    Without a port ``http`` it is a Service of other ports, on each track.

    Args:
        hosts: the public hosts of its routes.
        routes: its paths on each host.
        load_balancers: LoadBalancer Services in addition to the host.
        spoken: on its port ``http``.
        protocol: the appProtocol of that, where it is HTTP without TLS.
        silent_seconds: how long its connections may be silent; None where none is kept for that.
        service_labels: further labels of its Services, but for those of load balancers.
        service_annotations: of these Services.
    """

    hosts: Sequence[Host] = ()
    routes: Sequence[Route] = ()
    load_balancers: Sequence[LoadBalancer] = ()
    spoken: Spoken = Spoken()
    protocol: AppProtocol = AppProtocol.HTTP
    silent_seconds: int | None = None
    service_labels: Mapping[str, str] = field(default_factory=dict)
    service_annotations: Mapping[str, str] = field(default_factory=dict)

    def objects(self, tracks: int) -> dict[str, int]:
        """Return the number of objects by quota resource, for a number of tracks."""
        balancers = self.load_balancers
        return {
            "services": tracks + len(balancers),
            "services.loadbalancers": len(balancers),
            "services.nodeports": sum(len(balancer.opened) for balancer in balancers),
        }

    def expose(self, scope: Construct, pod: Pod, tracks: Sequence[Track]) -> Exposed:
        """Create the Services and routes, and return the calls to the tier."""
        # Metrics are for Prometheus, which asks each pod. A proxy may have the port for requests.
        own = [port for port in pod.main.ports if port.name not in (METRICS, SERVER)]
        offered = [port for port in pod.peer.ports if port in own or port.name == HTTP]
        self._check_spoken(offered)
        spoken = self.spoken
        protocol, number = spoken.app_protocol(self.protocol), spoken.service_port
        for track in tracks:
            cluster_ip(
                scope,
                pod.identity,
                track,
                offered,
                protocol=protocol,
                number=number,
                labels=self.service_labels,
                annotations=self.service_annotations,
            )
        callers: list[tuple[End, str]] = []
        served: tuple[ServedRoute, ...] = ()
        if not self.hosts:
            check_without_host(tracks)
        else:
            backends = [track.backend for track in tracks]
            served = attach_routes(
                scope,
                pod.identity,
                hosts=self.hosts,
                routes=self.routes,
                tracks=backends,
                spoken=spoken,
                ports={port.name: port.number for port in offered if port.name != HTTP},
            )
            asked = [(each.host.renderer.controller, each.route.port) for each in served]
            callers += [each for n, each in enumerate(asked) if each not in asked[:n]]
        for balancer in self.load_balancers:
            balancer.attach(
                scope,
                pod.identity,
                tracks[0],
                protocol=next(p.protocol for p in offered if p.name == balancer.target_port),
                silent_seconds=self.silent_seconds,
            )
            callers.append((balancer.clients(pod.identity.name), balancer.target_port))
        return Exposed(
            calls=tuple(Call(source=end, target=pod.peer, port=port) for end, port in callers),
            routes=served,
        )

    def _check_spoken(self, offered: Sequence[Port]) -> None:
        """Refuse a Service of no port, and what leads to HTTP where none is spoken."""
        if not offered:
            reject("Container.ports", (), "name a port that others call, or have no exposure")
        names = [port.name for port in offered]
        led = [*(HTTP for _ in self.hosts[:1]), *(each.target_port for each in self.load_balancers)]
        for name in led:
            if name not in names:
                reject(
                    "Container.ports", names, f"name one {name!r}, where hosts and balancers lead"
                )


class Exposed(Value):
    """The created exposure of a tier.

    Args:
        calls: to the tier.
        routes: on a host.
    """

    calls: tuple[Call, ...] = ()
    routes: tuple[ServedRoute, ...] = ()
