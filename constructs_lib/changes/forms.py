"""The forms of values that no schema tells: names, numbers, ranges of addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network

from constructs_lib.changes.amounts import Amount
from constructs_lib.changes.schedules import is_schedule, is_time_zone
from constructs_lib.changes.types import Json

_WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL = re.compile(rf"(?=.{{1,63}}$){_WORD}")
_SUBDOMAIN = re.compile(rf"(?=.{{1,253}}$){_WORD}(\.{_WORD})*")
_LABEL_VALUE = re.compile(r"(?=.{0,63}$)(|[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)")
_DOMAIN_PATH = re.compile(rf"{_WORD}(\.{_WORD})*/[A-Za-z0-9/_.~%-]+")
_HOST = re.compile(rf"(?=.{{1,253}}$)(\*\.)?{_WORD}(\.{_WORD})*")
_PORT_NAME = re.compile(rf"(?=.{{1,15}}$)(?=.*[a-z])(?!.*--){_WORD}")
_VARIABLE = re.compile(r"[ -<>-~]+")
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_QUALIFIED = re.compile(
    rf"(?:(?=[^/]{{1,253}}/){_WORD}(\.{_WORD})*/)?(?=.{{1,63}}$)[a-z0-9]([-a-z0-9_.]*[a-z0-9])?"
)
_FIELD_PATH = re.compile(
    r"metadata\.(name|namespace|uid|labels|annotations)(\['[^']+'\])?"
    r"|spec\.(nodeName|serviceAccountName)|status\.(host|pod)IPs?"
)


def _matches(pattern: re.Pattern[str], what: str) -> Callable[[Json], str]:
    return lambda value: "" if pattern.fullmatch(str(value)) else f"{value!r} is no {what}"


def _within(least: int, most: int | None = None) -> Callable[[Json], str]:
    def check(value: Json) -> str:
        if not isinstance(value, int) or least <= value <= (value if most is None else most):
            return ""
        return f"{value} is not {least}" + (" or more" if most is None else f" to {most}")

    return check


def is_range(value: Json) -> str:
    """Return what is wrong with a range of addresses; empty for nothing."""
    try:
        ip_network(value, strict=False)
    except ValueError:
        return f"{value!r} is no range of addresses"
    return "" if "/" in str(value) else f"{value!r} is no range of addresses"


def _has_amounts(value: Json) -> str:
    below = [name for name, each in value.items() if isinstance(each, Amount) and each.value < 0]
    return f"{below[0]} is below zero" if below else ""


def _has_keys(value: Json) -> str:
    odd = [key for key in value if not _KEY.fullmatch(key)]
    return f"{odd[0]!r} is no key" if odd else ""


def _has_annotations(value: Json) -> str:
    odd = [key for key in value if not _QUALIFIED.fullmatch(key.lower())]
    return f"{odd[0]!r} is no name of an annotation" if odd else ""


def _is_address(value: Json) -> str:
    try:
        ip_address(value)
    except ValueError:
        return f"{value!r} is no address"
    return ""


def _each(form: Callable[[Json], str]) -> Callable[[Json], str]:
    return lambda values: next(filter(None, map(form, values)), "")


def _one_of(*words: str) -> Callable[[Json], str]:
    told = ", ".join(words)
    return lambda value: "" if value in words else f"{value!r} is none of {told}"


def _has_labels(value: Json) -> str:
    odd = [each for each in value.values() if not _LABEL_VALUE.fullmatch(str(each))]
    return f"{odd[0]!r} is no value of a label" if odd else ""


def _port_or_name(value: Json) -> str:
    return _PORT(value) if isinstance(value, int) else _NAME_OF_PORT(value)


_NAME_OF_PORT = _matches(_PORT_NAME, "name of a port")
_PORT, _ANY_NUMBER, _POSITIVE = _within(1, 65535), _within(0), _within(1)
_NAME, _DOTTED = _matches(_LABEL, "name"), _matches(_SUBDOMAIN, "name")
_ACCESS_MODES = _each(_one_of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"))
_KEPT = _one_of("Retain", "Delete")
_METRICS = ("ContainerResource", "External", "Object", "Pods", "Resource")
# By type and field; each tells what is wrong with a value.
_WEBHOOK = {
    "sideEffects": _one_of("None", "NoneOnDryRun"),
    "timeoutSeconds": _within(1, 30),
}
FORMS: Mapping[str, Mapping[str, Callable[[Json], str]]] = {
    "admissionregistration.MutatingWebhook": _WEBHOOK,
    "admissionregistration.ValidatingWebhook": _WEBHOOK,
    "apps.DaemonSetSpec": dict.fromkeys(("minReadySeconds", "revisionHistoryLimit"), _ANY_NUMBER),
    "apps.DeploymentSpec": dict.fromkeys(
        ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"),
        _ANY_NUMBER,
    ),
    "apps.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": _KEPT,
        "whenScaled": _KEPT,
    },
    "apps.StatefulSetSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), _ANY_NUMBER),
        "serviceName": _NAME,
    },
    "autoscaling/v2.HorizontalPodAutoscalerSpec": {
        "minReplicas": _ANY_NUMBER,
        "maxReplicas": _POSITIVE,
    },
    "autoscaling/v2.MetricSpec": {"type": _one_of(*_METRICS)},
    "autoscaling/v2.MetricTarget": {"type": _one_of("Utilization", "Value", "AverageValue")},
    "batch.CronJobSpec": {
        "schedule": is_schedule,
        "timeZone": is_time_zone,
        "startingDeadlineSeconds": _ANY_NUMBER,
        "successfulJobsHistoryLimit": _ANY_NUMBER,
        "failedJobsHistoryLimit": _ANY_NUMBER,
    },
    "batch.JobSpec": dict.fromkeys(
        (
            *("activeDeadlineSeconds", "backoffLimit", "completions", "parallelism"),
            "ttlSecondsAfterFinished",
        ),
        _ANY_NUMBER,
    ),
    "core.ConfigMap": {"data": _has_keys, "binaryData": _has_keys},
    "core.Container": {"name": _NAME},
    "core.ContainerPort": {
        "containerPort": _PORT,
        "hostPort": _PORT,
        "name": _NAME_OF_PORT,
    },
    "core.EnvVar": {"name": _matches(_VARIABLE, "name of a variable")},
    "core.HTTPGetAction": {"port": _port_or_name},
    "core.ObjectFieldSelector": {"fieldPath": _matches(_FIELD_PATH, "field of a pod")},
    "core.PersistentVolumeClaimSpec": {
        "accessModes": _ACCESS_MODES,
        "storageClassName": _DOTTED,
    },
    "core.PersistentVolumeSpec": {"accessModes": _ACCESS_MODES, "storageClassName": _DOTTED},
    "core.ConfigMapKeySelector": {"name": _DOTTED, "key": _matches(_KEY, "key")},
    "core.SecretKeySelector": {"name": _DOTTED, "key": _matches(_KEY, "key")},
    "core.PodSpec": {
        **dict.fromkeys(
            ("nodeName", "priorityClassName", "runtimeClassName", "serviceAccountName"), _DOTTED
        ),
        **dict.fromkeys(("hostname", "subdomain"), _NAME),
        "nodeSelector": _has_labels,
        "activeDeadlineSeconds": _POSITIVE,
        "terminationGracePeriodSeconds": _ANY_NUMBER,
    },
    "core.Probe": {
        "initialDelaySeconds": _ANY_NUMBER,
        **dict.fromkeys(
            ("timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"), _POSITIVE
        ),
        "terminationGracePeriodSeconds": _POSITIVE,
    },
    "core.ResourceQuotaSpec": {"hard": _has_amounts},
    "core.ResourceRequirements": {"limits": _has_amounts, "requests": _has_amounts},
    "core.Secret": {"data": _has_keys},
    "core.ServicePort": {
        "port": _PORT,
        "nodePort": _PORT,
        "name": _NAME,
        "targetPort": _port_or_name,
    },
    "core.ServiceSpec": {
        "externalIPs": _each(_is_address),
        "loadBalancerSourceRanges": _each(is_range),
        "selector": _has_labels,
        "trafficDistribution": _one_of("PreferClose", "PreferSameNode", "PreferSameZone"),
    },
    "core.TCPSocketAction": {"port": _port_or_name},
    "core.Volume": {"name": _NAME},
    "meta.ObjectMeta": {"annotations": _has_annotations},
    "meta.LabelSelector": {"matchLabels": _has_labels},
    "meta.LabelSelectorRequirement": {
        "operator": _one_of("In", "NotIn", "Exists", "DoesNotExist"),
    },
    "networking.IPBlock": {"cidr": is_range},
    "networking.IngressClassParametersReference": {"scope": _one_of("Cluster", "Namespace")},
    "networking.IngressClassSpec": {"controller": _matches(_DOMAIN_PATH, "domain with a path")},
    "networking.IngressRule": {"host": _matches(_HOST, "host")},
    "networking.IngressServiceBackend": {"name": _NAME},
    "networking.IngressSpec": {"ingressClassName": _DOTTED},
    "networking.IngressTLS": {
        "hosts": _each(_matches(_HOST, "host")),
        "secretName": _DOTTED,
    },
    "networking.NetworkPolicyPort": {"port": _port_or_name, "endPort": _PORT},
    "networking.ServiceBackendPort": {"name": _NAME_OF_PORT},
    "networking.NetworkPolicySpec": {"policyTypes": _each(_one_of("Ingress", "Egress"))},
    "rbac.RoleRef": {
        "apiGroup": _one_of("rbac.authorization.k8s.io"),
        "kind": _one_of("Role", "ClusterRole"),
    },
    "rbac.Subject": {"kind": _one_of("User", "Group", "ServiceAccount")},
}
