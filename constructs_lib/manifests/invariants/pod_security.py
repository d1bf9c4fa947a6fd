"""Invariants of pods against the Pod Security level of their namespace.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs_lib.manifests.fields import field, mapping, mappings, strings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.manifests.invariants.invariant import Violation
    from constructs_lib.manifests.platform import Platform
    from constructs_lib.manifests.workloads import WorkloadManifest

_ENFORCE = "pod-security.kubernetes.io/enforce"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_syncookies",
    }
)
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_CONFINED = frozenset({"RuntimeDefault", "Localhost"})
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def pods_fit_the_level_of_their_namespace(platform: Platform) -> Iterator[Violation]:
    """The API server rejects pods that violate the level which their namespace enforces."""
    for workload in platform.workloads:
        labels = platform.namespace_labels(workload.namespace)
        level = field(labels, _ENFORCE, default="privileged")
        broken: list[str] = []
        if level in {"baseline", "restricted"}:
            broken += _above_baseline(workload)
        if level == "restricted":
            broken += _above_restricted(workload)
        for message in broken:
            yield workload.manifest, f"{message}, which {level} forbids"


def privileges(workload: WorkloadManifest, *, baseline_only: bool = False) -> set[str]:
    """Return what the pods of a workload may do that a Pod Security level forbids.

    Names of containers are left out, so that pods can be compared.

    Args:
        workload: the workload.
        baseline_only: leave out what the level `restricted` forbids on top.
    """
    found = [*_above_baseline(workload), *(() if baseline_only else _above_restricted(workload))]
    names = tuple(f"{container.get('name')} " for container in workload.all_containers)
    return {
        next((message.removeprefix(name) for name in names if message.startswith(name)), message)
        for message in found
    }


def _above_baseline(workload: WorkloadManifest) -> Iterator[str]:
    yield from _pod_above_baseline(workload.pod)
    yield from _context_above_baseline(mapping(workload.pod, "securityContext"))
    for key, value in workload.annotations.items():
        if key.startswith(_APPARMOR) and not value.startswith(("runtime/default", "localhost/")):
            yield f"sets the AppArmor profile {value}"
    for container in workload.all_containers:
        for message in _container_above_baseline(container):
            yield f"{container.get('name')} {message}"


def _pod_above_baseline(pod: Mapping[str, Any]) -> Iterator[str]:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            yield f"sets {key}"
    for volume in mappings(pod, "volumes"):
        if "hostPath" in volume:
            yield f"mounts the path {field(volume, 'hostPath', 'path', default='')} of the node"
    for sysctl in mappings(pod, "securityContext", "sysctls"):
        if field(sysctl, "name", default="") not in _SYSCTLS:
            yield f"sets the sysctl {sysctl.get('name')}"


def _container_above_baseline(container: Mapping[str, Any]) -> Iterator[str]:
    context = mapping(container, "securityContext")
    if context.get("privileged"):
        yield "is privileged"
    for capability in strings(context, "capabilities", "add"):
        if capability not in _CAPABILITIES:
            yield f"adds the capability {capability}"
    if context.get("procMount", "Default") != "Default":
        yield f"sets procMount {context['procMount']}"
    for port in mappings(container, "ports"):
        if port.get("hostPort"):
            yield f"opens the port {port['hostPort']} of the node"
    for probe in _PROBES:
        for action in ("httpGet", "tcpSocket"):
            if mapping(container, probe, action).get("host"):
                yield f"probes another host in its {probe}"
    yield from _context_above_baseline(context)


def _context_above_baseline(context: Mapping[str, Any]) -> Iterator[str]:
    for profile in ("seccompProfile", "appArmorProfile"):
        type_ = field(context, profile, "type", default="RuntimeDefault")
        if type_ not in _CONFINED:
            yield f"sets {profile} {type_}"
    selinux = mapping(context, "seLinuxOptions")
    type_ = field(selinux, "type", default="")
    if type_ not in _SELINUX_TYPES or selinux.get("user") or selinux.get("role"):
        yield "sets seLinuxOptions of its own"
    if field(context, "windowsOptions", "hostProcess", default=False):
        yield "is a host process"


def _above_restricted(workload: WorkloadManifest) -> Iterator[str]:
    for volume in mappings(workload.pod, "volumes"):
        for kind in sorted(volume.keys() - {"name"} - _VOLUMES):
            yield f"has a volume of kind {kind}"
    of_pod = mapping(workload.pod, "securityContext")
    for container in workload.all_containers:
        for message in _container_above_restricted(container, of_pod):
            yield f"{container.get('name')} {message}"


def _container_above_restricted(
    container: Mapping[str, Any], of_pod: Mapping[str, Any]
) -> Iterator[str]:
    context = mapping(container, "securityContext")
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allows privilege escalation"
    if {**of_pod, **context}.get("runAsNonRoot") is not True:
        yield "may run as root"
    if 0 in (of_pod.get("runAsUser"), context.get("runAsUser")):
        yield "runs as user 0"
    if not mapping({**of_pod, **context}, "seccompProfile"):
        yield "has no seccompProfile"
    if "ALL" not in strings(context, "capabilities", "drop"):
        yield "keeps capabilities"
    for capability in strings(context, "capabilities", "add"):
        if capability != "NET_BIND_SERVICE":
            yield f"adds the capability {capability}"
