"""What a persona can do beyond what its rules seem to say."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from constructs_lib.facts.access import Access, Verb


class Power(StrEnum):
    """What a persona reaches by a detour, so that it has to say that it means to.

    ``ENTER_PODS`` attaches to any pod or adds a container to it, so it gets at
    what the pod has in memory, in its network and on its volumes: its Secrets
    and the token of its service account too. ``REACH_PODS`` connects to any
    port of any pod through the API server, past all network policies.
    ``RUN_PODS`` runs any image with any Secret, volume and service account of
    the namespace, so it reads all Secrets there, whatever the rules say of them.
    ``BRING_SECRETS`` writes what a controller or a driver makes Secrets or files
    of, so it reads all that the namespace may have of the store, and replaces
    what pods read.

    https://kubernetes.io/docs/concepts/security/rbac-good-practices/
    """

    ENTER_PODS = "enter pods"
    REACH_PODS = "reach pods"
    RUN_PODS = "run pods"
    BRING_SECRETS = "bring Secrets"


# A client that opens a connection may ask for it with any verb, get included.
_CONNECT = {
    "pods/attach": Power.ENTER_PODS,
    "pods/portforward": Power.REACH_PODS,
    "pods/proxy": Power.REACH_PODS,
    "services/proxy": Power.REACH_PODS,
}
_WRITE = {
    "": dict.fromkeys(("pods", "podtemplates", "replicationcontrollers"), Power.RUN_PODS),
    "apps": dict.fromkeys(
        ("daemonsets", "deployments", "replicasets", "statefulsets"), Power.RUN_PODS
    ),
    "batch": dict.fromkeys(("cronjobs", "jobs"), Power.RUN_PODS),
    "bitnami.com": {"sealedsecrets": Power.BRING_SECRETS},
    "external-secrets.io": dict.fromkeys(
        ("externalsecrets", "pushsecrets", "secretstores"), Power.BRING_SECRETS
    ),
    "secrets-store.csi.x-k8s.io": {"secretproviderclasses": Power.BRING_SECRETS},
}


def powers_of(rule: Access) -> Iterator[tuple[str, Power]]:
    """Yield the resources of a rule that give a power, each with what it gives.

    Pods that are entered or reached by name are said already, by their names.
    To change one named Deployment or ExternalSecret gives all Secrets still.
    """
    writes = bool({Verb.CREATE, Verb.PATCH, Verb.UPDATE} & set(rule.verbs))
    for resource in rule.resources:
        if writes and resource in (written := _WRITE.get(rule.api_group, {})):
            yield resource, written[resource]
        if rule.api_group or rule.names:
            continue
        if resource in _CONNECT:
            yield resource, _CONNECT[resource]
        if writes and resource == "pods/ephemeralcontainers":
            yield resource, Power.ENTER_PODS
