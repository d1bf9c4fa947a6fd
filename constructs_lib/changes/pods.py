"""Pods: what they may do to their node, what they store and whom they ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.placement import placement, touching
from constructs_lib.changes.probes import probes
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.invariants.pod_security import privileges
from constructs_lib.manifests.platform import name_of
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of


def pods(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a change of a pod template means."""
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None:
        return
    changed = tuple(each for each in pair.fields if ".template." in f"{each.path}.")
    if changed:
        yield from _privileges(was, now, changed)
        yield from probes(was, now, changed)
        yield from placement(was, now, changed)
        yield from _names(was, now, changed)
        yield from _storage(was, now, changed)


def new_pods(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what pods of a new workload may do to their node."""
    now = workload_of(pair.now)
    if now is not None:
        for privilege in sorted(privileges(now, baseline_only=True)):
            yield Finding(Verdict.ESCALATES, "privilege", f"a new pod {privilege}")


def _privileges(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    before = privileges(was)
    for privilege in sorted(privileges(now) - before):
        fields = touching(changed, "securityContext", "host", "volumes", "ports", "annotations")
        yield Finding(Verdict.ESCALATES, "privilege", f"a pod {privilege}", fields)
    after = _by_name(now)
    for name, container in _by_name(was).items():
        if _is_read_only(container) and name in after and not _is_read_only(after[name]):
            why = f"{name} may write to the files of its image"
            fields = touching(changed, "readOnlyRootFilesystem", "securityContext")
            yield Finding(Verdict.ESCALATES, "privilege", why, fields)
    for name in sorted(_unable_to_start(now) - _unable_to_start(was)):
        why = f"{name} is user 0 and must not be root: no new pod starts"
        yield Finding(Verdict.WEAKENS, "root", why, touching(changed, "runAs"))
    token = "automountServiceAccountToken"
    if was.pod.get(token) is False and now.pod.get(token) is not False:
        why = "pods carry a token of their account"
        yield Finding(Verdict.ESCALATES, "token", why, touching(changed, token))


def _unable_to_start(workload: WorkloadManifest) -> set[str]:
    """Return the containers that a node does not start as the user that they have."""
    of_pod = mapping(workload.pod, "securityContext")
    contexts = {
        name: {**of_pod, **mapping(container, "securityContext")}
        for name, container in _by_name(workload).items()
    }
    return {
        n for n, each in contexts.items() if each.get("runAsNonRoot") and each.get("runAsUser") == 0
    }


def _is_read_only(container: Mapping[str, Any]) -> bool:
    return bool(mapping(container, "securityContext").get("readOnlyRootFilesystem"))


def _names(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    policies = [field(each.pod, "dnsPolicy", default="ClusterFirst") for each in (was, now)]
    if policies[0].startswith("Cluster") and not policies[1].startswith("Cluster"):
        why = "pods ask other name servers, which do not know the names of Services"
        yield Finding(Verdict.CUTS_OFF, "names", why, touching(changed, "dns"))


def _storage(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield the folders whose files are elsewhere, or nowhere, for new pods."""
    after = _folders(now)
    # What is mounted, rather than only there.
    still_read = {source for (_, path), source in after.items() if path.startswith("/")}
    for (container, path), source in _folders(was).items():
        other = after.get((container, path))
        if source == other or (other is None and source in still_read):
            continue
        place = f"{container}:{path}" if container else path
        what = "is another volume" if other else "is an empty folder, or none"
        why = f"{place} was {source} and {what}; what is stored there is not read any more"
        certain = Certainty.ASSUMED if source.startswith("hostPath") else Certainty.CERTAIN
        fields = touching(changed, "volume")
        yield Finding(Verdict.LOSES_DATA, "volume", why, fields, certainty=certain)


def _folders(workload: WorkloadManifest) -> dict[tuple[str, str], str]:
    """Return what outlives the pod in its folders; a lone container goes without its name."""
    sources = {name_of(each): f"claims {name_of(each)}" for each in _templates(workload)}
    for volume in mappings(workload.pod, "volumes"):
        name = field(volume, "name", default="")
        sources.update((name, source) for source in _lasting(volume))
    several = len(workload.all_containers) > 1
    mounted = [
        (field(container, "name", default="") if several else "", mount)
        for container in workload.all_containers
        for mount in mappings(container, "volumeMounts")
        if mount.get("name") in sources
    ]
    # A volume that nothing mounts may be mounted by what is injected.
    loose = sources.keys() - {mount["name"] for _, mount in mounted}
    return {("volume", name): sources[name] for name in loose} | {
        (container, field(mount, "mountPath", default="").rstrip("/")): "/".join(
            filter(None, (sources[mount["name"]], field(mount, "subPath", default="")))
        )
        for container, mount in mounted
    }


def _templates(workload: WorkloadManifest) -> list[dict[str, Any]]:
    return mappings(workload.manifest, "spec", "volumeClaimTemplates")


def _lasting(volume: Mapping[str, Any]) -> Iterator[str]:
    claim = field(volume, "persistentVolumeClaim", "claimName", default="")
    if claim:
        yield f"claim {claim}"
    if "nfs" in volume:
        yield f"nfs {mapping(volume, 'nfs').get('server')}:{mapping(volume, 'nfs').get('path')}"
    path = field(volume, "hostPath", "path", default="")
    # What a node keeps of itself, such as its logs, is no data of a pod.
    if path and not path.startswith(
        ("/var/log", "/proc", "/sys", "/dev", "/etc", "/run", "/var/run")
    ):
        yield f"hostPath {path}"


def _by_name(workload: WorkloadManifest) -> dict[str, dict[str, Any]]:
    return {field(c, "name", default=""): c for c in workload.all_containers}
