"""An admission policy against privileged containers and host namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.values import Value


class UnprivilegedPods(Value):
    """Rejects privileged containers, and pods in host namespaces.

    The Pod Security level of a namespace rejects these already, unless it is ``privileged``
    for a single DaemonSet: `KnownAgents` is the policy for that.
    """

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "unprivileged-pods"

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of the policy."""
        return {
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                    },
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["UPDATE"],
                        "resources": ["pods/ephemeralcontainers"],
                    },
                ]
            },
            "validations": [
                {
                    "expression": in_all_containers(_UNPRIVILEGED),
                    "message": "Containers must not be privileged.",
                    "reason": "Forbidden",
                },
                {
                    "expression": " && ".join(
                        f"(!has(object.spec.{field}) || !object.spec.{field})"
                        for field in ("hostNetwork", "hostPID", "hostIPC")
                    ),
                    "message": "Pods must not share the network, processes or IPC of their node.",
                    "reason": "Forbidden",
                },
            ],
        }


_UNPRIVILEGED = (
    "!has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged"
)
NO_HOST_PROCESSES = {
    "expression": " && ".join(
        f"(!has(object.spec.{field}) || !object.spec.{field})" for field in ("hostPID", "hostIPC")
    ),
    "message": "Pods must not share processes or IPC of their node.",
    "reason": "Forbidden",
}


def in_all_containers(condition: str) -> str:
    """Return the expression that a condition of ``c`` holds of each container of a pod."""
    return " && ".join(
        [
            f"object.spec.containers.all(c, {condition})",
            *(
                f"(!has(object.spec.{field}) || object.spec.{field}.all(c, {condition}))"
                for field in ("initContainers", "ephemeralContainers")
            ),
        ]
    )
