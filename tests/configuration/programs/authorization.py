"""Who may do what, decided as the API server does from roles and bindings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]
# Those of the roles that every cluster has that are bound somewhere.
_BUILT_IN: Sequence[Object] = (
    {
        "kind": "ClusterRole",
        "metadata": {"name": "system:auth-delegator"},
        "rules": [
            {
                "apiGroups": ["authentication.k8s.io"],
                "resources": ["tokenreviews"],
                "verbs": ["create"],
            },
            {
                "apiGroups": ["authorization.k8s.io"],
                "resources": ["subjectaccessreviews"],
                "verbs": ["create"],
            },
        ],
    },
    {
        "kind": "Role",
        "metadata": {
            "name": "extension-apiserver-authentication-reader",
            "namespace": "kube-system",
        },
        "rules": [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}
        ],
    },
)


def allowed(
    policy: Sequence[Object], account: str, verb: str, resource: tuple[str, str], namespace: str
) -> bool:
    """Return whether an account may do that.

    Args:
        policy: roles and bindings, among others.
        account: `namespace/name`, or a group as `Group:name`.
        verb: what it does.
        resource: the API group, and the resource in it.
        namespace: where; "" is the cluster.
    """
    for binding in policy:
        if binding["kind"] not in {"RoleBinding", "ClusterRoleBinding"}:
            continue
        where = binding["metadata"].get("namespace", "")
        subjects = {
            f"{subject['namespace']}/{subject['name']}"
            if subject["kind"] == "ServiceAccount"
            else f"{subject['kind']}:{subject['name']}"
            for subject in binding["subjects"]
        }
        if account in subjects and where in {"", namespace}:
            role = binding["roleRef"]
            if any(
                _covers(rule, verb, resource)
                for candidate in (*policy, *_BUILT_IN)
                if candidate["kind"] == role["kind"]
                and candidate["metadata"]["name"] == role["name"]
                and (role["kind"] == "ClusterRole" or candidate["metadata"]["namespace"] == where)
                for rule in candidate["rules"]
            ):
                return True
    return False


def _covers(rule: Object, verb: str, resource: tuple[str, str]) -> bool:
    group, name = resource
    return (
        group in rule.get("apiGroups", ())
        and name in rule.get("resources", ())
        and verb in rule["verbs"]
        and "resourceNames" not in rule
    )
