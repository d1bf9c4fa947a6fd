"""The cluster-internal Service of a track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.network import Port
from constructs_lib.labels import Identity
from constructs_lib.pods.service import families, service, service_port
from constructs_lib.rollouts.tracks import Track
from constructs_lib.traffic.spoken import HTTP, AppProtocol


def cluster_ip(
    scope: Construct,
    identity: Identity,
    track: Track,
    ports: Sequence[Port],
    *,
    protocol: AppProtocol,
    number: int,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
) -> k8s.KubeService:
    """Create the ClusterIP Service of a track.

    It is named after the role of the track, so that a switch changes its selector only.

    Args:
        scope: the parent construct.
        identity: of the tier.
        track: whose pods it leads to.
        ports: of the pods that it offers, all but ``http`` by their own numbers.
        protocol: of the port ``http``, if there is one.
        number: of that.
        labels: further labels of the object.
        annotations: of the object.
    """
    return service(
        scope,
        track.service,
        namespace=identity.namespace,
        labels={**labels, **identity.labels},
        annotations=annotations,
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            **families(scope),
            selector=dict(track.selector),
            ports=[
                service_port(port, number, app_protocol=protocol.value)
                if port.name == HTTP
                else service_port(port, port.number)
                for port in ports
            ],
        ),
    )
