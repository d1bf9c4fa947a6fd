"""An admission policy that limits debugging to the pods of some workloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from constructs_lib.errors import reject
from constructs_lib.facts.network import Peer
from constructs_lib.rules import check_distinct, check_text
from constructs_lib.values import Value

# How Kubernetes names the pods of a Deployment and of a StatefulSet; the letters
# are https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
_LETTERS = "[bcdfghjklmnpqrstvwxz2456789]"
_SUFFIX = rf"((-(blue|green|canary))?-{_LETTERS}{{1,10}}-{_LETTERS}{{5}}|-\d+)"


class DebugTargets(Value):
    """Allows groups to debug the pods of some workloads only, whatever their Roles allow.

    A Role can only name pods, and those of a Deployment have new names each time. This
    rejects exec, attach, port-forward and ephemeral containers for all other pods, such as
    those of a database.

    Args:
        groups: of the persona that debugs.
        workloads: whose pods they may debug.

    Raises:
        ConfigurationError: no group or workload, or a group that has a quote or
            a control character in its name.
    """

    groups: tuple[str, ...]
    workloads: tuple[Peer, ...]

    def __post_init__(self) -> None:
        if not self.groups:
            reject("DebugTargets.groups", self.groups, "name at least one")
        for group in self.groups:
            check_text("DebugTargets.groups", group)
            if not group or set("'\\\n") & set(group):
                reject("DebugTargets.groups", group, "write a name without quotes and backslashes")
        check_distinct("DebugTargets.groups", self.groups)
        if not self.workloads:
            reject("DebugTargets.workloads", self.workloads, "give at least one, such as api.peer")

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "debug-targets"

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of the policy."""
        groups = ", ".join(f"'{group}'" for group in self.groups)
        return {
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CONNECT"],
                        "resources": ["pods/attach", "pods/exec", "pods/portforward"],
                    },
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["UPDATE"],
                        "resources": ["pods/ephemeralcontainers"],
                    },
                ]
            },
            "matchConditions": [
                {
                    "name": "debuggers",
                    "expression": "has(request.userInfo.groups) && "
                    f"request.userInfo.groups.exists(group, group in [{groups}])",
                }
            ],
            "validations": [
                {
                    "expression": " || ".join(
                        f"(request.namespace == '{namespace}' && "
                        f"request.name.matches(r'^({'|'.join(workloads)}){_SUFFIX}$'))"
                        for namespace, workloads in self._by_namespace().items()
                    ),
                    "message": "Only pods of "
                    f"{', '.join(sorted({peer.name for peer in self.workloads}))} may be debugged.",
                    "reason": "Forbidden",
                }
            ],
        }

    def _by_namespace(self) -> dict[str, list[str]]:
        by_namespace: dict[str, list[str]] = defaultdict(list)
        for peer in self.workloads:
            by_namespace[peer.namespace].append(peer.name)
        return {
            namespace: sorted(set(by_namespace[namespace])) for namespace in sorted(by_namespace)
        }
