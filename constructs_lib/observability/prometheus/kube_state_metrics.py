"""Tells of the objects of the cluster."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.access import Access, KubernetesAccess, Verb
from constructs_lib.facts.network import Outside, Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.names import Identity
from constructs_lib.observability.rights import grant_everywhere, grant_in
from constructs_lib.servers.deployment import deployment
from constructs_lib.servers.pod import ServerPod
from constructs_lib.servers.process import Probe, Process
from constructs_lib.workload.probes import HttpCheck
from constructs_lib.workload.resources import Resources

# What kube-state-metrics is asked for, by API group. Neither Secrets nor ConfigMaps:
# who may list them may read them.
_IN_NAMESPACES = {
    "": ("persistentvolumeclaims", "pods", "resourcequotas", "services"),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "policy": ("poddisruptionbudgets",),
}
_OF_CLUSTER = {"": ("namespaces", "nodes")}
_STATE_METRICS = (
    "kube_cronjob_status_last_successful_time",
    "kube_daemonset_status_number_unavailable",
    "kube_deployment_spec_replicas",
    "kube_deployment_status_condition",
    "kube_deployment_status_replicas_available",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_spec_min_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_horizontalpodautoscaler_status_desired_replicas",
    "kube_job_failed",
    "kube_node_info",
    "kube_node_status_allocatable",
    "kube_node_status_condition",
    "kube_persistentvolumeclaim_resource_requests_storage_bytes",
    "kube_pod_container_resource_limits",
    "kube_pod_container_resource_requests",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_ready",
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_info",
    "kube_pod_status_phase",
    "kube_pod_status_ready",
    "kube_poddisruptionbudget_status_pod_disruptions_allowed",
    "kube_resourcequota",
    "kube_statefulset_replicas",
    "kube_statefulset_status_replicas_ready",
)


def kube_state_metrics(
    scope: Construct,
    identity: Identity,
    *,
    image: str,
    namespaces: Sequence[str],
    api_server: Outside,
) -> Facts:
    """Make what tells of the objects in these namespaces, and of the nodes.

    Args:
        scope: where it is made.
        identity: of the server.
        image: what it runs.
        namespaces: whose objects.
        api_server: where the API server is.
    """
    scope = Construct(scope, f"{identity.name}-rights")
    asked = itertools.chain(*_IN_NAMESPACES.values(), *_OF_CLUSTER.values())
    http, telemetry = Port(name="http", number=8080), Port(name="telemetry", number=8081)
    process = Process(
        name="kube-state-metrics",
        image=image,
        resources=Resources(cpu="50m", memory="256Mi", ephemeral_storage="64Mi"),
        args=[
            f"--port={http.number}",
            f"--telemetry-port={telemetry.number}",
            f"--resources={','.join(sorted(asked))}",
            f"--namespaces={','.join(sorted(namespaces))}",
        ],
        ports=[http, telemetry],
        readiness=Probe(check=HttpCheck(path="/readyz"), port=telemetry.number),
        liveness=Probe(check=HttpCheck(path="/livez"), port=http.number),
    )
    own = _list(_IN_NAMESPACES)
    pod = ServerPod(
        identity=identity,
        processes=[process],
        access=KubernetesAccess(rules=own, api_server=api_server),
    )
    facts = deployment(scope, pod, replicas=1)
    for namespace in sorted(set(namespaces) - {identity.namespace}):
        grant_in(scope, identity, namespace, own)
    grant_everywhere(scope, identity, _list(_OF_CLUSTER))
    endpoint = MetricsEndpoint(
        peer=pod.peer, port=http.name, path="/metrics", names=_STATE_METRICS, about_others=True
    )
    return replace(facts, metrics=(endpoint,))


def _list(resources: Mapping[str, tuple[str, ...]]) -> tuple[Access, ...]:
    return tuple(
        Access(api_group=group, resources=names, verbs=(Verb.LIST, Verb.WATCH))
        for group, names in resources.items()
    )
