"""kube-state-metrics: metrics of the objects of the cluster."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from constructs import Construct

from constructs_lib.facts.logs import LogFormat
from constructs_lib.facts.network import Port
from constructs_lib.facts.published import Facts
from constructs_lib.facts.rbac import KubernetesPermissions, PolicyRule, Verb
from constructs_lib.facts.signals import MetricsEndpoint
from constructs_lib.observability.context import StackContext
from constructs_lib.observability.part import Part, identity_of
from constructs_lib.observability.prometheus.kube_state_metrics_alerts import ALERTS
from constructs_lib.observability.prometheus.kube_state_metrics_dashboard import dashboard
from constructs_lib.pods.api_token import ApiToken
from constructs_lib.pods.checks import HttpCheck
from constructs_lib.pods.container import Container
from constructs_lib.pods.deployment import deployment
from constructs_lib.pods.extra_containers import extended
from constructs_lib.pods.pod import Pod
from constructs_lib.pods.priority import Importance
from constructs_lib.pods.probes import Probe
from constructs_lib.pods.rbac import cluster_role, namespaced_role
from constructs_lib.pods.resources import Resources

# What kube-state-metrics is asked for, by API group. Neither Secrets nor ConfigMaps:
# who may list them may read them.
_IN_NAMESPACES = {
    "": ("persistentvolumeclaims", "pods", "resourcequotas", "services"),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "policy": ("poddisruptionbudgets",),
}
_OF_CLUSTER = {"": ("nodes",)}
_NODE_METRICS = (
    "kube_node_info",
    "kube_node_status_allocatable",
    "kube_node_status_condition",
)
_STATE_METRICS = (
    "kube_cronjob_created",
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
    "kube_job_info",
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
METRICS = (*_NODE_METRICS, *_STATE_METRICS)


class KubeStateMetrics(Part):
    """kube-state-metrics of the namespaces of the platform, and of the nodes.

    Two containers, since one that is limited to namespaces exports each node once for each
    namespace, and Prometheus rejects duplicate series.

    Args:
        scope: an observability stack.
        context: shared by all parts.
    """

    def __init__(self, scope: Construct, context: StackContext) -> None:
        super().__init__(scope, identity_of("kube-state-metrics", context.monitoring))
        image, namespaces = context.images.kube_state_metrics, context.namespaces
        given = context.sizes.kube_state_metrics
        # There are few nodes beside all that runs on them.
        few = replace(given, memory="64Mi")
        objects = _process(
            "objects",
            image,
            _IN_NAMESPACES,
            ports=(8080, 8081),
            given=given,
            only=(f"--namespaces={','.join(namespaces)}",),
        )
        nodes = _process("nodes", image, _OF_CLUSTER, ports=(8082, 8083), given=few)
        own = _list(_IN_NAMESPACES)
        pod = Pod(
            identity=self.identity,
            importance=Importance.OBSERVABILITY,
            log_format=LogFormat.PLAIN,
            containers=[objects, nodes],
            permissions=KubernetesPermissions(rules=own, api_server=context.api_server),
        )
        pod = extended(pod, context.extra_containers)
        made = deployment(self, pod, replicas=1)
        for each in sorted({*namespaces} - {self.identity.namespace}):
            namespaced_role(self, self.identity, each, own)
        cluster_role(self, self.identity, _list(_OF_CLUSTER))
        exposed = {objects.name: _STATE_METRICS, nodes.name: _NODE_METRICS}
        endpoints = (
            MetricsEndpoint(
                peer=pod.peer, port=port, path="/metrics", names=names, about_others=True
            )
            for port, names in exposed.items()
        )
        told = Facts(metrics=tuple(endpoints), alerts=ALERTS, dashboards=(dashboard(),))
        self.facts = made.joined(told)


def _process(
    name: str,
    image: str,
    asked: Mapping[str, tuple[str, ...]],
    *,
    ports: tuple[int, int],
    given: Resources,
    only: Sequence[str] = (),
) -> Container:
    """Return the container that exports these resources, and its own metrics, on these ports."""
    port, itself = ports
    resources = ",".join(sorted(itertools.chain(*asked.values())))
    return Container(
        volumes=[ApiToken()],
        name=name,
        image=image,
        resources=given,
        args=[f"--port={port}", f"--telemetry-port={itself}", f"--resources={resources}", *only],
        ports=[
            Port(name=name, number=port),
            Port(name=f"{name}-itself", number=itself),
        ],
        readiness=Probe(check=HttpCheck(path="/readyz"), port=itself),
        liveness=Probe(check=HttpCheck(path="/livez"), port=port),
    )


def _list(resources: Mapping[str, tuple[str, ...]]) -> tuple[PolicyRule, ...]:
    return tuple(
        PolicyRule(api_group=group, resources=names, verbs=(Verb.LIST, Verb.WATCH))
        for group, names in resources.items()
    )
