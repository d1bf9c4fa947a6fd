"""What a change of a field means, for fields whose meaning does not depend on others.

A field that is in no row and that no rule judges is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict

_JUDGED = None
_NOTHING = (Verdict.HARMLESS, "")
_ROLLOUT = (Verdict.LATER, "counts from the next rollout on; no pod is replaced")
_RUN = (Verdict.LATER, "from the next run on; a Job that runs keeps the old one")
_NEW_VOLUMES = (Verdict.LATER, "holds for volumes that are made from now on")
_NEW_PODS = (Verdict.LATER, "holds for pods that start from now on")

Effect = tuple[Verdict, str] | None

_EFFECTS: Mapping[str, Mapping[str, Effect]] = {
    "APIService.apiregistration.k8s.io": {
        "spec.insecureSkipTLSVerify": _JUDGED,
        "spec.caBundle": _JUDGED,
        "spec.service": (Verdict.LATER, "requests of this group go to another Service"),
        "spec.groupPriorityMinimum": (Verdict.LATER, "which group a short name means"),
        "spec.versionPriority": (Verdict.LATER, "which version a client prefers"),
    },
    "ClusterRole.rbac.authorization.k8s.io": {"rules": _JUDGED, "aggregationRule": _JUDGED},
    "ClusterRoleBinding.rbac.authorization.k8s.io": {"subjects": _JUDGED, "roleRef": _JUDGED},
    "ConfigMap": {"data": _JUDGED, "binaryData": _JUDGED, "immutable": _JUDGED},
    "CSIDriver.storage.k8s.io": {"spec": _NEW_VOLUMES},
    "CronJob.batch": {
        "spec.schedule": _JUDGED,
        "spec.suspend": _JUDGED,
        "spec.successfulJobsHistoryLimit": (Verdict.LATER, "older Jobs go after the next run"),
        "spec.failedJobsHistoryLimit": (Verdict.LATER, "older Jobs go after the next run"),
        "spec": _RUN,
    },
    "CustomResourceDefinition.apiextensions.k8s.io": {"spec": _JUDGED},
    "DaemonSet.apps": {
        "spec.template": _JUDGED,
        "spec.selector": _JUDGED,
        "spec.updateStrategy": _ROLLOUT,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.revisionHistoryLimit": (Verdict.LATER, "how many rollouts can be taken back"),
    },
    "Deployment.apps": {
        "spec.template": _JUDGED,
        "spec.selector": _JUDGED,
        "spec.replicas": _JUDGED,
        "spec.paused": _JUDGED,
        "spec.strategy": _JUDGED,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.progressDeadlineSeconds": _ROLLOUT,
        "spec.revisionHistoryLimit": (Verdict.LATER, "how many rollouts can be taken back"),
    },
    "HorizontalPodAutoscaler.autoscaling": {
        "spec.minReplicas": _JUDGED,
        "spec.maxReplicas": _JUDGED,
        "spec.scaleTargetRef": _JUDGED,
        "spec": (Verdict.LATER, "scales by other numbers from now on"),
    },
    "Ingress.networking.k8s.io": {"spec": _JUDGED},
    "IngressClass.networking.k8s.io": {
        "spec.controller": _JUDGED,
        "spec.parameters": (Verdict.LATER, "its controller reads other parameters"),
    },
    "Job.batch": {
        "spec.suspend": _JUDGED,
        "spec.ttlSecondsAfterFinished": _NOTHING,
        "spec.parallelism": _NOTHING,
        "spec.completions": _NOTHING,
        "spec.activeDeadlineSeconds": (Verdict.LATER, "how long it may still run"),
        "spec.backoffLimit": (Verdict.LATER, "how often it may still fail"),
        "spec": _JUDGED,
    },
    "LimitRange": {"spec": _JUDGED},
    "Namespace": {"spec": _NOTHING},
    "NetworkPolicy.networking.k8s.io": {"spec": _JUDGED},
    "PersistentVolume": {
        "spec.persistentVolumeReclaimPolicy": _JUDGED,
        "spec.capacity": _NOTHING,
        "spec.mountOptions": _NEW_PODS,
        "spec.volumeAttributesClassName": (Verdict.LATER, "the volume gets other attributes"),
        "spec.storageClassName": (Verdict.LATER, "claims of another class are bound to it"),
        "spec.accessModes": (Verdict.LATER, "claims of other modes are bound to it"),
        "spec": _JUDGED,
    },
    "PersistentVolumeClaim": {
        "spec.storageClassName": _NOTHING,
        "spec.volumeAttributesClassName": (Verdict.LATER, "the volume gets other attributes"),
        "spec": _JUDGED,
    },
    "Pod": {
        "spec": (Verdict.RESTARTS, "the container is started again, the pod stays"),
        "spec.tolerations": _NOTHING,
        "spec.activeDeadlineSeconds": (Verdict.LATER, "how long it may still run"),
    },
    "PodDisruptionBudget.policy": {
        "spec.unhealthyPodEvictionPolicy": (Verdict.LATER, "holds for the next drain of a node"),
        "spec": _JUDGED,
    },
    "PriorityClass.scheduling.k8s.io": {
        "value": _JUDGED,
        "preemptionPolicy": _JUDGED,
        "description": _NOTHING,
        "globalDefault": _NEW_PODS,
    },
    "ResourceQuota": {"spec": _JUDGED},
    "Role.rbac.authorization.k8s.io": {"rules": _JUDGED},
    "RoleBinding.rbac.authorization.k8s.io": {"subjects": _JUDGED, "roleRef": _JUDGED},
    "RuntimeClass.node.k8s.io": {
        "handler": _JUDGED,
        "overhead": _NEW_PODS,
        "scheduling": _NEW_PODS,
    },
    "Secret": {"data": _JUDGED, "immutable": _JUDGED, "type": _JUDGED},
    "Service": {"spec": _JUDGED},
    "ServiceAccount": {
        "automountServiceAccountToken": _JUDGED,
        "imagePullSecrets": _NEW_PODS,
        "secrets": _NOTHING,
    },
    "StatefulSet.apps": {
        "spec.template": _JUDGED,
        "spec.selector": _JUDGED,
        "spec.replicas": _JUDGED,
        "spec.serviceName": _JUDGED,
        "spec.podManagementPolicy": _JUDGED,
        "spec.volumeClaimTemplates": _JUDGED,
        "spec.persistentVolumeClaimRetentionPolicy": _JUDGED,
        "spec.updateStrategy": _ROLLOUT,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.ordinals": (Verdict.RESTARTS, "pods of other numbers are made, those of the old go"),
        "spec.revisionHistoryLimit": (
            Verdict.LATER,
            "how many rollouts can be taken back; refused before Kubernetes 1.33",
        ),
    },
    "StorageClass.storage.k8s.io": {
        "allowVolumeExpansion": (Verdict.LATER, "whether volumes of this class can grow"),
        "allowedTopologies": _JUDGED,
        "mountOptions": _NEW_VOLUMES,
        "provisioner": _JUDGED,
        "parameters": _JUDGED,
        "reclaimPolicy": _JUDGED,
        "volumeBindingMode": _JUDGED,
    },
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io": {"spec": _JUDGED},
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": {"spec": _JUDGED},
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io": {"webhooks": _JUDGED},
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": {"webhooks": _JUDGED},
    "HTTPRoute.gateway.networking.k8s.io": {
        "spec.hostnames": _JUDGED,
        "spec.parentRefs": _JUDGED,
    },
    "VirtualServer.k8s.nginx.org": {
        "spec.host": _JUDGED,
        "spec.ingressClassName": _JUDGED,
        "spec.tls": _JUDGED,
    },
    "VolumeSnapshotClass.snapshot.storage.k8s.io": {
        "deletionPolicy": _JUDGED,
        "": (Verdict.LATER, "holds for snapshots that are taken from now on"),
    },
    "Certificate.cert-manager.io": {
        "spec.secretName": _JUDGED,
        "spec": (Verdict.LATER, "issued anew; the old certificate serves until then"),
    },
    "ExternalSecret.external-secrets.io": {
        "spec.target.name": _JUDGED,
        "spec": (Verdict.LATER, "its Secret is written anew"),
    },
}
# Whoever reads annotations by these is asked for nothing that this library could know.
_CONTROLLERS = frozenset({"Ingress.networking.k8s.io", "Service"})
_READ_BY_NOBODY = ("kubectl.kubernetes.io/", "kubernetes.io/change-cause", "app.kubernetes.io/")


def effects(pair: Pair) -> Iterator[Finding]:
    """Yield what the changes of fields mean by themselves."""
    groups: dict[tuple[Verdict, str], list[FieldChange]] = {}
    for change in pair.fields:
        effect = _effect(pair, change)
        if effect is not _JUDGED and effect != _NOTHING:
            groups.setdefault(effect, []).append(change)
    for (verdict, why), changed in groups.items():
        yield Finding(verdict, "field", why, tuple(changed))


def _effect(pair: Pair, change: FieldChange) -> Effect:
    if change.path.startswith("metadata"):
        return _of_metadata(pair, change.path)
    rows = _EFFECTS.get(pair.kind, {})
    parts = change.path.replace("[", ".").split(".")
    for length in range(len(parts), -1, -1):
        path = ".".join(parts[:length])
        if path in rows:
            return rows[path]
    return Verdict.UNKNOWN, f"no rule knows what {pair.kind.partition('.')[0]} does with it"


def _of_metadata(pair: Pair, path: str) -> Effect:
    if path.startswith("metadata.finalizers"):
        return Verdict.LATER, "a deletion waits for whoever takes the finalizer away"
    name = path.removeprefix("metadata.annotations.")
    if name == path or pair.kind not in _CONTROLLERS or name.startswith(_READ_BY_NOBODY):
        return _NOTHING
    if name.partition("/")[0].endswith(("nginx.org", "ingress.kubernetes.io", "kubernetes.io")):
        return Verdict.UNKNOWN, "what the controller does with this annotation is not known here"
    return _NOTHING
