"""An admission policy against privileged containers and host namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.values import Value


class UnprivilegedPods(Value):
    """Rejects privileged containers, and pods in host namespaces.

    The Pod Security level of a namespace rejects these already, unless it is ``privileged``
    for a single DaemonSet. Where it is bound there too, root with a hostPath is still let in.
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
                    "expression": " && ".join(
                        [
                            f"object.spec.containers.all({_UNPRIVILEGED})",
                            *(
                                f"(!has(object.spec.{field}) || "
                                f"object.spec.{field}.all({_UNPRIVILEGED}))"
                                for field in ("initContainers", "ephemeralContainers")
                            ),
                        ]
                    ),
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
    "c, !has(c.securityContext) || !has(c.securityContext.privileged) || "
    "!c.securityContext.privileged"
)
