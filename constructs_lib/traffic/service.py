"""The cluster-internal Service of a track."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib.facts.network import Port
from constructs_lib.labels import Identity
from constructs_lib.pods.service import families, service
from constructs_lib.quantities import int_or_string
from constructs_lib.rollouts.tracks import Track

HTTP_PORT = 80


class AppProtocol(StrEnum):
    """The appProtocol of a Service, for gateways and meshes.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
    """

    HTTP = "http"
    WEBSOCKET = "kubernetes.io/ws"


def cluster_ip(
    scope: Construct,
    identity: Identity,
    track: Track,
    protocol: AppProtocol,
    *,
    further: Sequence[Port] = (),
) -> k8s.KubeService:
    """Create the ClusterIP Service of a track.

    It is named after the role of the track, so that a switch changes its selector only.

    Args:
        scope: the parent construct.
        identity: of the tier.
        track: whose pods it leads to.
        protocol: of the port of HTTP.
        further: ports of the pods that it offers by their own numbers.
    """
    return service(
        scope,
        track.service,
        namespace=identity.namespace,
        labels=identity.labels,
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            **families(scope),
            selector=dict(track.selector),
            ports=[
                k8s.ServicePort(
                    name="http",
                    port=HTTP_PORT,
                    target_port=int_or_string("http"),
                    app_protocol=protocol.value,
                ),
                *(
                    k8s.ServicePort(
                        name=port.name,
                        port=port.number,
                        target_port=int_or_string(port.name),
                        protocol=None if port.protocol == "TCP" else port.protocol.value,
                    )
                    for port in further
                ),
            ],
        ),
    )
