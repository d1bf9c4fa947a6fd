"""The RBAC rules that read all of a namespace but its Secrets."""

from __future__ import annotations

from constructs_lib.facts.rbac import READ, PolicyRule, Verb

READ_NAMESPACE = (
    PolicyRule(
        resources=(
            "configmaps",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
        verbs=READ,
    ),
    PolicyRule(
        api_group="apps",
        resources=(
            "controllerrevisions",
            "daemonsets",
            "deployments",
            "replicasets",
            "statefulsets",
        ),
        verbs=READ,
    ),
    PolicyRule(api_group="autoscaling", resources=("horizontalpodautoscalers",), verbs=READ),
    PolicyRule(api_group="batch", resources=("cronjobs", "jobs"), verbs=READ),
    PolicyRule(
        api_group="cert-manager.io", resources=("certificaterequests", "certificates"), verbs=READ
    ),
    PolicyRule(api_group="discovery.k8s.io", resources=("endpointslices",), verbs=READ),
    PolicyRule(api_group="metrics.k8s.io", resources=("pods",), verbs=(Verb.GET, Verb.LIST)),
    PolicyRule(
        api_group="networking.k8s.io", resources=("ingresses", "networkpolicies"), verbs=READ
    ),
    PolicyRule(api_group="policy", resources=("poddisruptionbudgets",), verbs=READ),
    PolicyRule(
        api_group="rbac.authorization.k8s.io", resources=("rolebindings", "roles"), verbs=READ
    ),
)
