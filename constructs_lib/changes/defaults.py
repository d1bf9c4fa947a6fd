"""What the API server fills in where a manifest says nothing.

A default of the table holds whatever else is written; the functions decide by the other fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from constructs_lib.changes.types import Json, Type, fields_of

Node = dict[str, Any]

_FILLED_IN: Mapping[str, Mapping[str, Any]] = {
    "admissionregistration.MatchResources": {
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
    },
    "admissionregistration.MutatingWebhook": {
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "timeoutSeconds": 10,
        "reinvocationPolicy": "Never",
    },
    "admissionregistration.NamedRuleWithOperations": {"scope": "*"},
    "admissionregistration.RuleWithOperations": {"scope": "*"},
    "admissionregistration.ValidatingAdmissionPolicySpec": {"failurePolicy": "Fail"},
    "admissionregistration.ValidatingWebhook": {
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "timeoutSeconds": 10,
    },
    "apiextensions.CustomResourceDefinitionSpec": {"conversion": {"strategy": "None"}},
    "apiregistration.ServiceReference": {"port": 443},
    "apps.DaemonSetSpec": {"revisionHistoryLimit": 10, "updateStrategy": {"type": "RollingUpdate"}},
    "apps.DeploymentSpec": {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        "strategy": {"type": "RollingUpdate"},
    },
    "apps.ReplicaSetSpec": {"replicas": 1},
    "apps.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
    },
    "apps.StatefulSetSpec": {
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {},
    },
    "batch.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "batch.PodFailurePolicyOnPodConditionsPattern": {"status": "True"},
    "core.ConfigMapVolumeSource": {"defaultMode": 420},
    "core.ContainerPort": {"protocol": "TCP"},
    "core.DownwardAPIVolumeSource": {"defaultMode": 420},
    "core.GRPCAction": {"service": ""},
    "core.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.HostPathVolumeSource": {"type": ""},
    "core.ISCSIVolumeSource": {"iscsiInterface": "default"},
    "core.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "core.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    },
    "core.PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    },
    "core.Probe": {
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    },
    "core.ProjectedVolumeSource": {"defaultMode": 420},
    "core.Secret": {"type": "Opaque"},
    "core.SecretVolumeSource": {"defaultMode": 420},
    "core.ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "core.ServicePort": {"protocol": "TCP"},
    "core.ServiceSpec": {"sessionAffinity": "None", "type": "ClusterIP"},
    "discovery.EndpointPort": {"name": "", "protocol": "TCP"},
    "networking.IngressClassParametersReference": {"scope": "Cluster"},
    "networking.NetworkPolicyPort": {"protocol": "TCP"},
    "rbac.RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
    "scheduling.PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
    "storage.CSIDriverSpec": {
        "attachRequired": True,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "podInfoOnMount": False,
        "requiresRepublish": False,
        "seLinuxMount": False,
        "storageCapacity": False,
        "volumeLifecycleModes": ["Persistent"],
    },
    "storage.StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
}


def filled_in(value: Json, kind: Type) -> Json:
    """Return a decoded value with what the API server fills in."""
    if kind.leaf:
        return value
    if kind.items:
        items = kind.items
        if kind.is_list:
            return [filled_in(item, items) for item in value]
        return {key: filled_in(item, items) for key, item in value.items()}
    node: Node = {**deepcopy(dict(_FILLED_IN.get(kind.name, {}))), **value}
    if kind.name in _DECIDED:
        _DECIDED[kind.name](node)
    types = fields_of(kind.name)
    return {name: filled_in(member, types[name]) for name, member in node.items()}


def _container(node: Node) -> None:
    tag = node.get("image", "").partition("@")[0].rpartition("/")[2].partition(":")[2]
    digest = "@" in node.get("image", "")
    latest = (tag or ("" if digest else "latest")) == "latest"
    node.setdefault("imagePullPolicy", "Always" if latest else "IfNotPresent")
    node.setdefault("terminationMessagePath", "/dev/termination-log")
    node.setdefault("terminationMessagePolicy", "File")


def _behavior(node: Node) -> None:
    twice = {"type": "Percent", "value": 100, "periodSeconds": 15}
    four = {"type": "Pods", "value": 4, "periodSeconds": 15}
    common = {"selectPolicy": "Max"}
    node["scaleDown"] = {**common, "policies": [twice], **node.get("scaleDown", {})}
    up = {**common, "policies": [four, twice], "stabilizationWindowSeconds": 0}
    node["scaleUp"] = {**up, **node.get("scaleUp", {})}


def _deployment_strategy(node: Node) -> None:
    node.setdefault("type", "RollingUpdate")
    if node["type"] == "RollingUpdate":
        given = node.get("rollingUpdate", {})
        node["rollingUpdate"] = {"maxSurge": "25%", "maxUnavailable": "25%", **given}


def _daemon_set_strategy(node: Node) -> None:
    node.setdefault("type", "RollingUpdate")
    if node["type"] == "RollingUpdate":
        given = node.get("rollingUpdate", {})
        node["rollingUpdate"] = {"maxUnavailable": 1, "maxSurge": 0, **given}


def _stateful_set(node: Node) -> None:
    strategy = node.setdefault("updateStrategy", {})
    # The partition is filled in only where nothing at all, or a rollingUpdate, is written.
    if not strategy.get("type"):
        strategy.setdefault("rollingUpdate", {})
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"] = {"partition": 0, **strategy["rollingUpdate"]}
    for claim in node.get("volumeClaimTemplates", []):
        # Whatever is written there.
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        claim.setdefault("status", {"phase": "Pending"})


def _job(job: Node) -> None:
    # Those of a CronJob are filled in when it makes its Jobs.
    node = job.setdefault("spec", {})
    if "completions" not in node and "parallelism" not in node:
        node["completions"] = 1
    node.setdefault("parallelism", 1)
    node.setdefault("backoffLimit", 2**31 - 1 if "backoffLimitPerIndex" in node else 6)
    node.setdefault("completionMode", "NonIndexed")
    node.setdefault("suspend", False)
    failed = "podFailurePolicy" in node
    node.setdefault("podReplacementPolicy", "Failed" if failed else "TerminatingOrFailed")
    node.setdefault("manualSelector", False)


def _autoscaler(node: Node) -> None:
    node.setdefault("minReplicas", 1)
    if not node.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        node["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def _service(node: Node) -> None:
    if node["type"] != "ExternalName":
        node.setdefault("internalTrafficPolicy", "Cluster")
    if node["type"] in {"LoadBalancer", "NodePort"} or node.get("externalIPs"):
        node.setdefault("externalTrafficPolicy", "Cluster")
    if node["type"] == "LoadBalancer":
        node.setdefault("allocateLoadBalancerNodePorts", True)
    if node["sessionAffinity"] == "ClientIP":
        node.setdefault("sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 10800}})
    for port in node.get("ports", []):
        port.setdefault("targetPort", port.get("port"))


def _volume(node: Node) -> None:
    if set(node) <= {"name"}:
        node["emptyDir"] = {}


def _network_policy(node: Node) -> None:
    node.setdefault("policyTypes", ["Ingress", *(["Egress"] if node.get("egress") else [])])


def _subject(node: Node) -> None:
    if node.get("kind") in {"User", "Group"}:
        node.setdefault("apiGroup", "rbac.authorization.k8s.io")


def _limits(node: Node) -> None:
    if node.get("type") == "Container":
        most, least = node.get("max", {}), node.get("min", {})
        default = {**most, **node.get("default", {})}
        requests = {**least, **default, **node.get("defaultRequest", {})}
        node |= {"default": default} if default else {}
        node |= {"defaultRequest": requests} if requests else {}


_DECIDED: Mapping[str, Callable[[Node], None]] = {
    "apps.DaemonSetUpdateStrategy": _daemon_set_strategy,
    "apps.DeploymentStrategy": _deployment_strategy,
    "apps.StatefulSetSpec": _stateful_set,
    "autoscaling/v2.HorizontalPodAutoscalerBehavior": _behavior,
    "autoscaling/v2.HorizontalPodAutoscalerSpec": _autoscaler,
    "batch.Job": _job,
    "core.Container": _container,
    "core.LimitRangeItem": _limits,
    "core.ServiceSpec": _service,
    "core.Volume": _volume,
    "networking.NetworkPolicySpec": _network_policy,
    "rbac.Subject": _subject,
}
