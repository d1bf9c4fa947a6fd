"""Privilege escalations that RBAC rules allow without naming them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from constructs_lib.facts.rbac import PolicyRule, Verb


class Escalation(StrEnum):
    """More than its rules name, which a persona has to declare before it gets it.

    ``ATTACH_TO_PODS`` attaches to any pod or adds a container to it, so it gets at
    what the pod has in memory, in its network and on its volumes: its Secrets
    and the token of its service account too. ``CONNECT_TO_PODS`` connects to any
    port of any pod through the API server, past all network policies.
    ``CREATE_WORKLOADS`` runs any image with any Secret, volume and service account of
    the namespace, so it reads all Secrets there, whatever the rules say of them.
    ``WRITE_SECRET_SOURCES`` writes what a controller or a driver makes Secrets or files
    of, so it reads all that the namespace may have of the store, and replaces
    what pods read.

    https://kubernetes.io/docs/concepts/security/rbac-good-practices/
    """

    ATTACH_TO_PODS = "attach to pods"
    CONNECT_TO_PODS = "connect to pods"
    CREATE_WORKLOADS = "create workloads"
    WRITE_SECRET_SOURCES = "write Secret sources"


# A client that opens a connection may ask for it with any verb, get included.
_CONNECT = {
    "pods/attach": Escalation.ATTACH_TO_PODS,
    "pods/portforward": Escalation.CONNECT_TO_PODS,
    "pods/proxy": Escalation.CONNECT_TO_PODS,
    "services/proxy": Escalation.CONNECT_TO_PODS,
}
_WRITE = {
    "": dict.fromkeys(
        ("pods", "podtemplates", "replicationcontrollers"), Escalation.CREATE_WORKLOADS
    ),
    "apps": dict.fromkeys(
        ("daemonsets", "deployments", "replicasets", "statefulsets"), Escalation.CREATE_WORKLOADS
    ),
    "batch": dict.fromkeys(("cronjobs", "jobs"), Escalation.CREATE_WORKLOADS),
    "bitnami.com": {"sealedsecrets": Escalation.WRITE_SECRET_SOURCES},
    "external-secrets.io": dict.fromkeys(
        ("externalsecrets", "pushsecrets", "secretstores"), Escalation.WRITE_SECRET_SOURCES
    ),
    "secrets-store.csi.x-k8s.io": {"secretproviderclasses": Escalation.WRITE_SECRET_SOURCES},
}


def escalations_of(rule: PolicyRule) -> Iterator[tuple[str, Escalation]]:
    """Yield the resources of a rule that allow an escalation, each with which.

    Pods that are attached to or connected to by name are named already.
    To change one named Deployment or ExternalSecret still gives all Secrets.
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
            yield resource, Escalation.ATTACH_TO_PODS
