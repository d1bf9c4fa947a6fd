"""The name and address under which the pods of a track are found in the cluster."""

from __future__ import annotations

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.quantities import int_or_string
from constructs_lib.workload.track import Track

HTTP_PORT = 80


def cluster_ip(scope: Construct, track: Track) -> k8s.KubeService:
    """Make the Service of a track, reached from inside the cluster only."""
    return k8s.KubeService(
        scope,
        f"Service-{track.name}",
        metadata=names.metadata(
            scope, "Service", track.service, namespace=track.namespace, labels=track.selector
        ),
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            selector=dict(track.selector),
            ports=[k8s.ServicePort(name="http", port=HTTP_PORT, target_port=int_or_string("http"))],
        ),
    )
