"""What a change of a field means, by kind, where it does not depend on other fields."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.changes.verdicts import Verdict

JUDGED = None
"""A rule of its own says what it means."""
NOTHING = (Verdict.HARMLESS, "")
_ROLLOUT = (Verdict.LATER, "counts from the next rollout on; no pod is replaced")
_RUN = (Verdict.LATER, "from the next run on; a Job that runs keeps the old one")
_NEW_VOLUMES = (Verdict.LATER, "holds for volumes that are made from now on")
_NEW_PODS = (Verdict.LATER, "holds for pods that start from now on")

Effect = tuple[Verdict, str] | None
"""A verdict and its reason; None where a rule of its own judges."""

EFFECTS: Mapping[str, Mapping[str, Effect]] = {
    "APIService.apiregistration.k8s.io": {
        "spec.insecureSkipTLSVerify": JUDGED,
        "spec.caBundle": JUDGED,
        "spec.service": (Verdict.LATER, "requests of this group go to another Service"),
        "spec.groupPriorityMinimum": (Verdict.LATER, "which group a short name means"),
        "spec.versionPriority": (Verdict.LATER, "which version a client prefers"),
    },
    "ClusterRole.rbac.authorization.k8s.io": {"rules": JUDGED, "aggregationRule": JUDGED},
    "ClusterRoleBinding.rbac.authorization.k8s.io": {"subjects": JUDGED, "roleRef": JUDGED},
    "ConfigMap": {"data": JUDGED, "binaryData": JUDGED, "immutable": JUDGED},
    "CSIDriver.storage.k8s.io": {"spec": _NEW_VOLUMES},
    "CronJob.batch": {
        "spec.schedule": JUDGED,
        "spec.suspend": JUDGED,
        "spec.successfulJobsHistoryLimit": (Verdict.LATER, "older Jobs go after the next run"),
        "spec.failedJobsHistoryLimit": (Verdict.LATER, "older Jobs go after the next run"),
        "spec": _RUN,
    },
    "CustomResourceDefinition.apiextensions.k8s.io": {"spec": JUDGED},
    "DaemonSet.apps": {
        "spec.template": JUDGED,
        "spec.selector": JUDGED,
        "spec.updateStrategy": JUDGED,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.revisionHistoryLimit": (Verdict.LATER, "how many rollouts can be taken back"),
    },
    "Deployment.apps": {
        "spec.template": JUDGED,
        "spec.selector": JUDGED,
        "spec.replicas": JUDGED,
        "spec.paused": JUDGED,
        "spec.strategy": JUDGED,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.progressDeadlineSeconds": _ROLLOUT,
        "spec.revisionHistoryLimit": (Verdict.LATER, "how many rollouts can be taken back"),
    },
    "HorizontalPodAutoscaler.autoscaling": {
        "spec.minReplicas": JUDGED,
        "spec.maxReplicas": JUDGED,
        "spec.scaleTargetRef": JUDGED,
        "spec": (Verdict.LATER, "scales by other numbers from now on"),
    },
    "Ingress.networking.k8s.io": {"spec": JUDGED},
    "IngressClass.networking.k8s.io": {
        "spec.controller": JUDGED,
        "spec.parameters": (Verdict.LATER, "its controller reads other parameters"),
    },
    "Job.batch": {
        "spec.suspend": JUDGED,
        "spec.ttlSecondsAfterFinished": NOTHING,
        "spec.parallelism": JUDGED,
        "spec.completions": NOTHING,
        "spec.activeDeadlineSeconds": (Verdict.LATER, "how long it may still run"),
        "spec.backoffLimit": (Verdict.LATER, "how often it may still fail"),
        "spec": JUDGED,
    },
    "EndpointSlice.discovery.k8s.io": {
        "addressType": JUDGED,
        "endpoints": JUDGED,
        "ports": (Verdict.LATER, "new connections go there at once"),
    },
    "Endpoints": {"subsets": JUDGED},
    "LimitRange": {"spec": JUDGED},
    "Namespace": {"spec": NOTHING},
    "NetworkPolicy.networking.k8s.io": {"spec": JUDGED},
    "PersistentVolume": {
        "spec.persistentVolumeReclaimPolicy": JUDGED,
        "spec.claimRef": JUDGED,
        "spec.capacity": NOTHING,
        "spec.mountOptions": _NEW_PODS,
        "spec.volumeAttributesClassName": (Verdict.LATER, "the volume gets other attributes"),
        "spec.storageClassName": (Verdict.LATER, "claims of another class are bound to it"),
        "spec.accessModes": (Verdict.LATER, "claims of other modes are bound to it"),
        "spec": JUDGED,
    },
    "PersistentVolumeClaim": {
        "spec.storageClassName": NOTHING,
        "spec.volumeAttributesClassName": (Verdict.LATER, "the volume gets other attributes"),
        "spec": JUDGED,
    },
    "Pod": {
        "spec": (Verdict.RESTARTS, "the container is started again, the pod stays"),
        "spec.tolerations": NOTHING,
        "spec.activeDeadlineSeconds": (Verdict.LATER, "how long it may still run"),
    },
    "PodDisruptionBudget.policy": {
        "spec.unhealthyPodEvictionPolicy": (Verdict.LATER, "holds for the next drain of a node"),
        "spec": JUDGED,
    },
    "PriorityClass.scheduling.k8s.io": {
        "value": JUDGED,
        "preemptionPolicy": JUDGED,
        "description": NOTHING,
        "globalDefault": _NEW_PODS,
    },
    "ReplicationController": {
        "spec.replicas": JUDGED,
        "spec": (Verdict.LATER, "it makes only new pods so"),
    },
    "ReplicaSet.apps": {
        "spec.template": JUDGED,
        "spec.selector": JUDGED,
        "spec.replicas": JUDGED,
        "spec.minReadySeconds": (Verdict.LATER, "when its pods count as ready"),
    },
    "ResourceQuota": {"spec": JUDGED},
    "Role.rbac.authorization.k8s.io": {"rules": JUDGED},
    "RoleBinding.rbac.authorization.k8s.io": {"subjects": JUDGED, "roleRef": JUDGED},
    "RuntimeClass.node.k8s.io": {
        "handler": JUDGED,
        "overhead": _NEW_PODS,
        "scheduling": _NEW_PODS,
    },
    "Secret": {"data": JUDGED, "immutable": JUDGED, "type": JUDGED},
    "Service": {"spec": JUDGED},
    "ServiceAccount": {
        "automountServiceAccountToken": JUDGED,
        "imagePullSecrets": JUDGED,
        "secrets": NOTHING,
    },
    "StatefulSet.apps": {
        "spec.template": JUDGED,
        "spec.selector": JUDGED,
        "spec.replicas": JUDGED,
        "spec.serviceName": JUDGED,
        "spec.podManagementPolicy": JUDGED,
        "spec.volumeClaimTemplates": JUDGED,
        "spec.persistentVolumeClaimRetentionPolicy": JUDGED,
        "spec.updateStrategy": JUDGED,
        "spec.minReadySeconds": _ROLLOUT,
        "spec.ordinals": JUDGED,
        "spec.revisionHistoryLimit": (Verdict.LATER, "how many rollouts can be taken back"),
    },
    "StorageClass.storage.k8s.io": {
        "allowVolumeExpansion": (Verdict.LATER, "whether volumes of this class can grow"),
        "allowedTopologies": JUDGED,
        "mountOptions": _NEW_VOLUMES,
        "provisioner": JUDGED,
        "parameters": JUDGED,
        "reclaimPolicy": JUDGED,
        "volumeBindingMode": JUDGED,
    },
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io": {"spec": JUDGED},
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": {"spec": JUDGED},
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io": {"webhooks": JUDGED},
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": {"webhooks": JUDGED},
    "Gateway.gateway.networking.k8s.io": {
        "spec.gatewayClassName": JUDGED,
        "spec.listeners": (Verdict.LATER, "its controller listens otherwise at once"),
    },
    "HTTPRoute.gateway.networking.k8s.io": {
        "spec.hostnames": JUDGED,
        "spec.parentRefs": JUDGED,
        "spec.rules": (Verdict.LATER, "requests are led otherwise at once"),
    },
    "GRPCRoute.gateway.networking.k8s.io": {
        "spec.hostnames": JUDGED,
        "spec.parentRefs": JUDGED,
        "spec.rules": (Verdict.LATER, "calls are led otherwise at once"),
    },
    "VirtualServer.k8s.nginx.org": {
        "spec.host": JUDGED,
        "spec.ingressClassName": JUDGED,
        "spec.tls": JUDGED,
    },
    "VolumeAttributesClass.storage.k8s.io": {"driverName": JUDGED, "parameters": JUDGED},
    "VolumeSnapshotContent.snapshot.storage.k8s.io": {
        "spec.deletionPolicy": JUDGED,
    },
    "VolumeSnapshot.snapshot.storage.k8s.io": {
        "spec.volumeSnapshotClassName": NOTHING,
    },
    "VolumeSnapshotClass.snapshot.storage.k8s.io": {
        "deletionPolicy": JUDGED,
        "": (Verdict.LATER, "holds for snapshots that are taken from now on"),
    },
    "Certificate.cert-manager.io": {
        "spec.secretName": JUDGED,
        "spec": (Verdict.LATER, "issued anew; the old certificate serves until then"),
    },
    "ExternalSecret.external-secrets.io": {
        "spec.target.name": JUDGED,
        "spec": (Verdict.LATER, "its Secret is written anew"),
    },
}
"""By kind and field, what a change of it means; the longest path counts."""
