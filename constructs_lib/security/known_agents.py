"""An admission policy for namespaces of agents: host paths are for those agents alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cdk8s import ApiObject

from constructs_lib.errors import reject
from constructs_lib.security.unprivileged_pods import NO_HOST_PROCESSES, in_all_containers
from constructs_lib.values import Value

_CONFINED = (
    "has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && "
    "!c.securityContext.allowPrivilegeEscalation && "
    "(!has(c.securityContext.privileged) || !c.securityContext.privileged) && "
    "!has(c.securityContext.runAsUser) && has(c.securityContext.capabilities) && "
    "!has(c.securityContext.capabilities.add) && has(c.securityContext.capabilities.drop) && "
    "'ALL' in c.securityContext.capabilities.drop"
)
_NO_NETWORK = "(!has(object.spec.hostNetwork) || !object.spec.hostNetwork)"


class KnownAgents(Value):
    """Rejects pods that ask more of their node than the agents of a platform do.

    For namespaces of Pod Security level privileged, where whoever creates a pod would be root on
    its node. A pod has a host path or the network of its node only as the account of one of these
    agents, with the paths, the user and the network of that agent, and writes where it writes. No
    container has a capability, and none shares processes of its node.

    Args:
        daemon_sets: of the agents, such as ``stack.parts["filebeat"].objects["DaemonSet"]``.

    Raises:
        ConfigurationError: no DaemonSet, or another object.
    """

    daemon_sets: Sequence[ApiObject]

    def __post_init__(self) -> None:
        kinds = [each.kind for each in self.daemon_sets]
        if set(kinds) != {"DaemonSet"}:
            reject("KnownAgents.daemon_sets", kinds, "give the DaemonSet of each agent")

    @property
    def name(self) -> str:
        """The name of its policy and its binding."""
        return "known-agents"

    def spec(self) -> Mapping[str, Any]:
        """Return the spec of the policy."""
        pods = [each.to_json()["spec"]["template"]["spec"] for each in self.daemon_sets]
        accounts = sorted(pod["serviceAccountName"] for pod in pods)
        plain = f"({_only_paths([])} && {_NO_NETWORK})"
        return {
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": [operation],
                        "resources": [resource],
                    }
                    for operation, resource in (
                        ("CREATE", "pods"),
                        ("UPDATE", "pods/ephemeralcontainers"),
                    )
                ]
            },
            "validations": [
                {
                    "expression": " || ".join([plain, *map(_as_agent, pods)]),
                    "message": f"Only {' and '.join(accounts)} have their paths of the node.",
                    "reason": "Forbidden",
                },
                {
                    "expression": in_all_containers(_CONFINED),
                    "message": "Containers must drop all capabilities and keep the pod's user.",
                    "reason": "Forbidden",
                },
                NO_HOST_PROCESSES,
            ],
        }


def _as_agent(pod: Mapping[str, Any]) -> str:
    """Return the expression of pods that ask no more of their node than this one."""
    paths = {
        volume["name"]: volume["hostPath"]["path"]
        for volume in pod.get("volumes", ())
        if "hostPath" in volume
    }
    written = {
        paths[mount["name"]]
        for container in (*pod["containers"], *pod.get("initContainers", ()))
        for mount in container.get("volumeMounts", ())
        if mount["name"] in paths and not mount.get("readOnly", False)
    }
    kept = (
        "!has(c.volumeMounts) || c.volumeMounts.all(m, (has(m.readOnly) && m.readOnly) || "
        "!has(object.spec.volumes) || object.spec.volumes.all(v, v.name != m.name || "
        f"!has(v.hostPath) || v.hostPath.path in {_listed(sorted(written))}))"
    )
    conditions = [
        f"object.spec.serviceAccountName == '{pod['serviceAccountName']}'",
        "has(object.spec.securityContext)",
        "has(object.spec.securityContext.runAsUser)",
        f"object.spec.securityContext.runAsUser == {pod['securityContext']['runAsUser']}",
        *([] if pod.get("hostNetwork") else [_NO_NETWORK]),
        _only_paths(list(paths.values())),
        in_all_containers(kept),
    ]
    return f"({' && '.join(conditions)})"


def _only_paths(paths: Sequence[str]) -> str:
    known = (
        f"!has(v.hostPath) || v.hostPath.path in {_listed(paths)}"
        if paths
        else ("!has(v.hostPath)")
    )
    return f"(!has(object.spec.volumes) || object.spec.volumes.all(v, {known}))"


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(repr(text) for text in texts)}]"
