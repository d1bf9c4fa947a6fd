"""Privilege escalations that RBAC rules allow without naming them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from constructs_lib.facts.rbac import PolicyRule, Verb


class Escalation(StrEnum):
    """Permissions beyond its rules, which a persona has to declare.

    ``ATTACH_TO_PODS`` attaches to any pod or adds an ephemeral container, so it reads
    memory, network and volumes of the pod: its Secrets and the token of its service
    account too. ``CONNECT_TO_PODS`` connects to any
    port of any pod through the API server, which bypasses all NetworkPolicies.
    ``CONTROL_NODES`` runs or attaches to pods in a namespace of Pod Security level privileged,
    where a pod may be root on its node: it has all tokens and Secrets of the cluster.
    ``CREATE_WORKLOADS`` runs any image with any Secret, volume and service account of
    the namespace, so it reads all Secrets there, whatever its rules say.
    ``REDIRECT_TRAFFIC`` writes Services, endpoints or routes: it receives what clients send to
    others, passwords included, and shows what is inside to the public.
    ``REQUEST_CERTIFICATES`` gets a certificate in anybody's name, of an authority that servers
    trust.
    ``WRITE_CONFIGURATION`` writes ConfigMaps, whose scripts and configuration run in pods, with
    their Secrets and their accounts.
    ``WRITE_CUSTOM_RESOURCES`` writes objects of others, which their controller carries out with
    rights of its own, pods and Secrets included: Helm releases, Argo CD applications, databases.
    ``WRITE_SECRET_SOURCES`` writes the objects that an operator or driver creates Secrets or
    files from, or that has an operator send Secrets to an address: it reads all that the
    namespace may read of the store, and replaces the Secrets of pods.

    https://kubernetes.io/docs/concepts/security/rbac-good-practices/
    """

    ATTACH_TO_PODS = "attach to pods"
    CONNECT_TO_PODS = "connect to pods"
    CONTROL_NODES = "control nodes"
    CREATE_WORKLOADS = "create workloads"
    REDIRECT_TRAFFIC = "redirect traffic"
    REQUEST_CERTIFICATES = "request certificates"
    WRITE_CONFIGURATION = "write configuration"
    WRITE_CUSTOM_RESOURCES = "write custom resources"
    WRITE_SECRET_SOURCES = "write Secret sources"


# A client that opens a connection may ask for it with any verb, get included.
_CONNECT = {
    "pods/attach": Escalation.ATTACH_TO_PODS,
    "pods/portforward": Escalation.CONNECT_TO_PODS,
    "pods/proxy": Escalation.CONNECT_TO_PODS,
    "services/proxy": Escalation.CONNECT_TO_PODS,
}
_WRITE = {
    "": {
        **dict.fromkeys(
            ("pods", "podtemplates", "replicationcontrollers"), Escalation.CREATE_WORKLOADS
        ),
        # Their status has the addresses that are sent to.
        **dict.fromkeys(
            ("endpoints", "pods/status", "services", "services/status"),
            Escalation.REDIRECT_TRAFFIC,
        ),
        "configmaps": Escalation.WRITE_CONFIGURATION,
    },
    "apps": dict.fromkeys(
        # A revision is a template of pods.
        ("controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"),
        Escalation.CREATE_WORKLOADS,
    ),
    "argoproj.io": dict.fromkeys(("rollouts", "workflows"), Escalation.CREATE_WORKLOADS),
    "batch": dict.fromkeys(("cronjobs", "jobs"), Escalation.CREATE_WORKLOADS),
    "bitnami.com": {"sealedsecrets": Escalation.WRITE_SECRET_SOURCES},
    "cert-manager.io": dict.fromkeys(
        ("certificaterequests", "certificates", "issuers"), Escalation.REQUEST_CERTIFICATES
    ),
    "discovery.k8s.io": {"endpointslices": Escalation.REDIRECT_TRAFFIC},
    "external-secrets.io": dict.fromkeys(
        ("externalsecrets", "pushsecrets", "secretstores"), Escalation.WRITE_SECRET_SOURCES
    ),
    "gateway.networking.k8s.io": dict.fromkeys(
        ("gateways", "grpcroutes", "httproutes", "referencegrants", "tcproutes", "tlsroutes"),
        Escalation.REDIRECT_TRAFFIC,
    ),
    "k8s.nginx.org": dict.fromkeys(
        ("policies", "transportservers", "virtualserverroutes", "virtualservers"),
        Escalation.REDIRECT_TRAFFIC,
    ),
    "keda.sh": {
        "scaledjobs": Escalation.CREATE_WORKLOADS,
        # They send what is in Secrets to an address of one's own.
        **dict.fromkeys(
            ("scaledobjects", "triggerauthentications"), Escalation.WRITE_SECRET_SOURCES
        ),
    },
    "monitoring.coreos.com": dict.fromkeys(
        ("alertmanagerconfigs", "podmonitors", "probes", "scrapeconfigs", "servicemonitors"),
        Escalation.WRITE_SECRET_SOURCES,
    ),
    "networking.k8s.io": dict.fromkeys(
        ("ingresses", "ingresses/status"), Escalation.REDIRECT_TRAFFIC
    ),
    "secrets-store.csi.x-k8s.io": {"secretproviderclasses": Escalation.WRITE_SECRET_SOURCES},
}
# Groups of Kubernetes itself, in which all that is no power above is none.
_OWN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "policy"})
_OWN_DOMAIN = ".k8s.io"


def escalations_of(rule: PolicyRule) -> Iterator[tuple[str, Escalation]]:
    """Yield the resources of a rule that allow an escalation, each with its kind.

    Rules with names of pods need no declaration to attach or connect. To change a single
    Deployment or ExternalSecret still gives all Secrets.
    """
    writes = bool({Verb.CREATE, Verb.PATCH, Verb.UPDATE} & set(rule.verbs))
    for resource in rule.resources:
        if writes and (power := _power(rule.api_group, resource)):
            yield resource, power
        if rule.api_group or rule.names:
            continue
        if resource in _CONNECT:
            yield resource, _CONNECT[resource]
        if writes and resource == "pods/ephemeralcontainers":
            yield resource, Escalation.ATTACH_TO_PODS


def _power(group: str, resource: str) -> Escalation | None:
    """Return what somebody may do who writes such objects; None for nothing more."""
    others = not (group in _OWN_GROUPS or group.endswith(_OWN_DOMAIN))
    nothing = Escalation.WRITE_CUSTOM_RESOURCES if others else None
    return _WRITE.get(group, {}).get(resource, nothing)
