"""What fields of one part of an object ask of each other, or the API server refuses it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from constructs_lib.changes.forms import is_range
from constructs_lib.changes.versions import OF_PODS
from constructs_lib.manifests.fields import field, mapping, mappings, strings

Node = dict[str, Any]


def twice(values: Iterable[object]) -> list[str]:
    """Return the values that are there more than once."""
    counted = Counter(str(value) for value in values if value)
    return [value for value, count in counted.items() if count > 1]


def _deployment(node: Node) -> Iterator[str]:
    rolling = mapping(node, "strategy", "rollingUpdate")
    if rolling and all(rolling.get(name) in (0, "0%") for name in ("maxSurge", "maxUnavailable")):
        yield "maxSurge and maxUnavailable are both 0"
    deadline, ready = node.get("progressDeadlineSeconds"), node.get("minReadySeconds", 0)
    if isinstance(deadline, int) and isinstance(ready, int) and deadline <= ready:
        yield "progressDeadlineSeconds must be above minReadySeconds"
    yield from _always(node)


def _strategy(node: Node) -> Iterator[str]:
    if node.get("type") == "Recreate" and "rollingUpdate" in node:
        yield "rollingUpdate may not be specified when strategy `type` is 'Recreate'"


def _autoscaler(node: Node) -> Iterator[str]:
    least, most = field(node, "minReplicas", default=1), field(node, "maxReplicas", default=1)
    metrics = {field(each, "type", default="") for each in mappings(node, "metrics")}
    if least == 0 and metrics <= OF_PODS:
        yield "no replicas need a metric that is not of the pods: Object or External"
    if least > most:
        yield "minReplicas is above maxReplicas"


def _budget(node: Node) -> Iterator[str]:
    if {"minAvailable", "maxUnavailable"} <= node.keys():
        yield "minAvailable and maxUnavailable cannot both be set"


def _always(node: Node) -> Iterator[str]:
    policy = mapping(node, "template", "spec").get("restartPolicy", "Always")
    if policy != "Always":
        yield f"restartPolicy is {policy}; its pods run Always"
    if mapping(node, "template", "spec").get("activeDeadlineSeconds"):
        yield "pods that are kept running have no activeDeadlineSeconds"


def _cluster_subjects(node: Node) -> Iterator[str]:
    for subject in mappings(node, "subjects"):
        if subject.get("kind") == "ServiceAccount" and not subject.get("namespace"):
            yield f"subject ServiceAccount {subject.get('name')} needs its namespace"


def _job(node: Node) -> Iterator[str]:
    policy = mapping(node, "template", "spec").get("restartPolicy", "Always")
    if policy == "Always":
        yield "restartPolicy of a Job is Never or OnFailure"


def _path(node: Node) -> Iterator[str]:
    path, kind = str(node.get("path", "")), node.get("pathType")
    if not path.startswith("/") and (path or kind != "ImplementationSpecific"):
        yield f"the path {path!r} must begin with a slash"
    elif kind != "ImplementationSpecific" and re.search(r"//|/\.{1,2}(/|$)", path):
        yield f"the path {path!r} must be in its shortest form"


def _block(node: Node) -> Iterator[str]:
    cidr = node.get("cidr")
    if is_range(cidr):
        return
    outer: Any = ip_network(str(cidr), strict=False)
    for each in node.get("except", ()):
        inner = None if is_range(each) else ip_network(each, strict=False)
        same = inner is not None and inner.version == outer.version and inner != outer
        if not same or not outer.supernet_of(inner):
            yield f"except {each} is not within {cidr}"


def _policy_port(node: Node) -> Iterator[str]:
    first, last = node.get("port"), node.get("endPort")
    if last is not None and not (isinstance(first, int) and first <= last):
        yield f"ports {first} to {last} are none: endPort needs a number below it"


def _config_map(node: Node) -> Iterator[str]:
    data, binary = mapping(node, "data"), mapping(node, "binaryData")
    yield from (f"{key} is in data and in binaryData" for key in sorted(data.keys() & binary))
    # Three bytes are written as four letters.
    yield from _too_large(
        sum(len(str(value).encode()) for value in data.values())
        + sum(len(str(value)) * 3 // 4 for value in binary.values())
    )


def _secret(node: Node) -> Iterator[str]:
    data = mapping(node, "data")
    for key in _KEYS_OF_SECRETS.get(str(node.get("type")), ()):
        if key not in data:
            yield f"a Secret of type {node.get('type')} needs {key}"
    yield from _too_large(sum(len(str(value)) * 3 // 4 for value in data.values()))


def _too_large(size: int) -> Iterator[str]:
    if size > _MOST_BYTES:
        yield f"its values have {size} bytes; {_MOST_BYTES} are the most"


def _service(node: Node) -> Iterator[str]:
    kind, headless = node.get("type"), node.get("clusterIP") == "None"
    if node.get("loadBalancerSourceRanges") and kind != "LoadBalancer":
        yield "only a LoadBalancer has loadBalancerSourceRanges"
    if node.get("allocateLoadBalancerNodePorts") is not None and kind != "LoadBalancer":
        yield "only a LoadBalancer has allocateLoadBalancerNodePorts"
    if kind == "ClusterIP" and any(port.get("nodePort") for port in mappings(node, "ports")):
        yield "a ClusterIP has no nodePort"
    if headless and kind in {"LoadBalancer", "NodePort"}:
        yield f"a {kind} has an address: clusterIP cannot be None"
    if kind == "ExternalName" and not node.get("externalName"):
        yield "externalName is required"
    if kind != "ExternalName" and not headless and not node.get("ports"):
        yield "ports are required"


def _peer(node: Node) -> Iterator[str]:
    if not node:
        yield "a peer is required: podSelector, namespaceSelector or ipBlock"
    elif "ipBlock" in node and len(node) > 1:
        yield "a peer with an ipBlock has no selector besides"


def _actions(node: Node) -> Iterator[str]:
    if {"Deny", "Warn"} <= set(strings(node, "validationActions")):
        yield "validationActions cannot be Deny and Warn: it would tell the same twice"


def _definition(node: Node) -> Iterator[str]:
    storing = [each for each in mappings(node, "versions") if each.get("storage")]
    if len(storing) != 1:
        yield f"{len(storing)} versions are stored: it must be one"
    names = twice(each.get("name") for each in mappings(node, "versions"))
    yield from (f"two versions are called {name}" for name in names)


def _metric(node: Node) -> Iterator[str]:
    wanted = _AMOUNTS.get(str(node.get("type")))
    if wanted and not node.get(wanted):
        yield f"{wanted} is required for type {node.get('type')}"


def _importance(node: Node) -> Iterator[str]:
    name = field(node, "metadata", "name", default="")
    if field(node, "value", default=0) > _MOST_IMPORTANT and not name.startswith("system-"):
        yield f"value is above {_MOST_IMPORTANT}, which is for the system"
    elif name.startswith("system-"):
        yield "names that begin with system- are for the system"


def _cron_job(node: Node) -> Iterator[str]:
    if len(field(node, "metadata", "name", default="")) > _LONGEST_NAME:
        yield f"its name has more than {_LONGEST_NAME} characters, and its Jobs add 11"


_AMOUNTS = {"AverageValue": "averageValue", "Utilization": "averageUtilization", "Value": "value"}
_LONGEST_NAME = 52
_MOST_IMPORTANT = 1_000_000_000
_MOST_BYTES = 1024 * 1024
_KEYS_OF_SECRETS = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
PART_RULES: Mapping[str, Callable[[Node], Iterator[str]]] = {
    "admissionregistration.ValidatingAdmissionPolicyBindingSpec": _actions,
    "apiextensions.CustomResourceDefinitionSpec": _definition,
    "apps.DaemonSetSpec": _always,
    "apps.DeploymentSpec": _deployment,
    "apps.DeploymentStrategy": _strategy,
    "apps.StatefulSetSpec": _always,
    "autoscaling/v2.HorizontalPodAutoscalerSpec": _autoscaler,
    "autoscaling/v2.MetricTarget": _metric,
    "batch.CronJob": _cron_job,
    "batch.JobSpec": _job,
    "core.ConfigMap": _config_map,
    "core.Secret": _secret,
    "core.ServiceSpec": _service,
    "networking.HTTPIngressPath": _path,
    "networking.IPBlock": _block,
    "networking.NetworkPolicyPeer": _peer,
    "networking.NetworkPolicyPort": _policy_port,
    "policy.PodDisruptionBudgetSpec": _budget,
    "rbac.ClusterRoleBinding": _cluster_subjects,
    "scheduling.PriorityClass": _importance,
}
"""By type, what yields what is wrong with it."""
