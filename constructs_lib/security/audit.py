"""What the API server writes down of calls, for the administrator of the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdk8s import Yaml

from constructs_lib.errors import reject
from constructs_lib.facts.rbac import READ, Verb
from constructs_lib.rules import check_distinct, check_text
from constructs_lib.values import Value

# Whoever reads the log would read them: Secrets, and what may hold some or stand for an account.
_CONFIDENTIAL = (
    {"group": "", "resources": ["configmaps", "secrets", "serviceaccounts/token"]},
    {"group": "authentication.k8s.io", "resources": ["tokenreviews"]},
)
_BEATS = (
    {"group": "", "resources": ["events"]},
    {"group": "events.k8s.io", "resources": ["events"]},
    {"group": "coordination.k8s.io", "resources": ["leases"]},
)
# Who may do what, who reaches whom, and what else is refused.
_RULES = (
    {"group": "admissionregistration.k8s.io"},
    {"group": "networking.k8s.io", "resources": ["networkpolicies"]},
    {"group": "rbac.authorization.k8s.io"},
)
_WRITES = [
    *(verb.value for verb in (Verb.CREATE, Verb.UPDATE, Verb.PATCH, Verb.DELETE)),
    "deletecollection",
]
_CONTROL_PLANE = tuple(
    f"system:{name}" for name in ("apiserver", "kube-controller-manager", "kube-scheduler")
)


class AuditPolicy(Value):
    """The file that ``kube-apiserver --audit-policy-file`` reads.

    Each call is a line with its user, what it asked for and the answer, refused ones too; changes
    of rights, of network policies and of admission have their content as well. No line has the
    content of a Secret, a ConfigMap or a token. What is always there is left out: questions for
    health, leases, events, and reads of the control plane and of kubelets but for Secrets.

    It is no object of the API, so keep it out of the folder of ``kubectl apply``. Managed control
    planes have a switch and a policy of their own instead.

    Args:
        quiet_users: whose reads are left out.

    Raises:
        ConfigurationError: a user twice, or what is no name.
    """

    quiet_users: Sequence[str] = _CONTROL_PLANE

    def __post_init__(self) -> None:
        check_distinct("AuditPolicy.quiet_users", self.quiet_users)
        for user in self.quiet_users:
            check_text("AuditPolicy.quiet_users", user)
            if "*" in user:
                reject("AuditPolicy.quiet_users", user, "name each user: nothing is a pattern")

    def to_yaml(self) -> str:
        """Return the text of the file."""
        reads = [verb.value for verb in READ]
        rules: list[dict[str, Any]] = [
            {"level": "Metadata", "resources": list(_CONFIDENTIAL)},
            {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*"]},
            {"level": "None", "resources": list(_BEATS)},
            {"level": "None", "userGroups": ["system:nodes"], "verbs": reads},
        ]
        if self.quiet_users:
            rules.append({"level": "None", "users": list(self.quiet_users), "verbs": reads})
        return Yaml.stringify(
            {
                "apiVersion": "audit.k8s.io/v1",
                "kind": "Policy",
                # Or each call would be there twice.
                "omitStages": ["RequestReceived"],
                "rules": [
                    *rules,
                    {"level": "RequestResponse", "verbs": _WRITES, "resources": list(_RULES)},
                    {"level": "Metadata"},
                ],
            }
        )
