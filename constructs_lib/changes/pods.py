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
from constructs_lib.manifests.rights import Holder, rights
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

_TOKEN = "automountServiceAccountToken"


def pods(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what a change of a pod template means."""
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None:
        return
    changed = tuple(each for each in pair.fields if ".template." in f"{each.path}.")
    if changed:
        yield from _privileges(was, now, changed)
        yield from _without_token(was, now, changed, comparison)
        yield from probes(was, now, changed)
        yield from placement(was, now, changed)
        yield from _names(was, now, changed)
        yield from _care(was, now, changed)
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
    sandbox = field(was.pod, "runtimeClassName", default="")
    if sandbox and not field(now.pod, "runtimeClassName", default=""):
        why = f"pods run as all others do, and not as RuntimeClass {sandbox} isolates them"
        fields = touching(changed, "runtimeClassName")
        yield Finding(Verdict.ESCALATES, "runtime", why, fields)
    if was.pod.get(_TOKEN) is False and now.pod.get(_TOKEN) is not False:
        why = "pods carry a token of their account"
        yield Finding(Verdict.ESCALATES, "token", why, touching(changed, _TOKEN))


def _without_token(
    was: WorkloadManifest,
    now: WorkloadManifest,
    changed: tuple[FieldChange, ...],
    comparison: Comparison,
) -> Iterator[Finding]:
    account = Holder("ServiceAccount", f"{now.namespace}/{now.pod.get('serviceAccountName')}")
    lost = now.pod.get(_TOKEN) is False and was.pod.get(_TOKEN) is not False
    if lost and rights(comparison.after).get(account):
        why = f"pods carry no token any more, and {account} has rights that they may use"
        yield Finding(Verdict.CUTS_OFF, "token", why, touching(changed, _TOKEN))


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
    if _knows_services(was) and not _knows_services(now):
        why = "pods ask other name servers, which do not know the names of Services"
        yield Finding(Verdict.CUTS_OFF, "names", why, touching(changed, "dns", "hostNetwork"))


def _knows_services(workload: WorkloadManifest) -> bool:
    """Tell whether pods ask the name servers of the cluster; in the network of a node few do."""
    policy = field(workload.pod, "dnsPolicy", default="ClusterFirst")
    return policy == (
        "ClusterFirstWithHostNet" if workload.pod.get("hostNetwork") else policy
    ) and policy.startswith("Cluster")


def _care(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield what nodes do less for pods: fetch their images, or keep them in need."""
    after = _by_name(now)
    for name, container in _by_name(was).items():
        policy = after.get(name, container).get("imagePullPolicy")
        if policy == "Never" != container.get("imagePullPolicy"):
            why = f"nodes do not fetch the image of {name}: where it is not there, no pod starts"
            yield Finding(Verdict.WEAKENS, "images", why, touching(changed, "imagePullPolicy"))
    if _asks_for_anything(was) and not _asks_for_anything(now):
        why = "pods ask for nothing: a node that runs short of memory ends them before all others"
        yield Finding(Verdict.WEAKENS, "resources", why, touching(changed, "resources"))


def _asks_for_anything(workload: WorkloadManifest) -> bool:
    return any(
        mapping(container, "resources", part)
        for container in workload.all_containers
        for part in ("requests", "limits")
    )


def _storage(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield the folders whose files are elsewhere, or nowhere, for new pods."""
    for name in sorted(_read_only(now) - _read_only(was)):
        why = f"{name} may only be read: whatever writes there fails"
        fields = touching(changed, "readOnly")
        yield Finding(Verdict.CUTS_OFF, "read-only", why, fields, certainty=Certainty.ASSUMED)
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
    sources = _sources(workload)
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


def _read_only(workload: WorkloadManifest) -> set[str]:
    """Return the folders of lasting volumes that a container may only read."""
    lasting = set(_sources(workload))
    return {
        field(mount, "mountPath", default="")
        for container in workload.all_containers
        for mount in mappings(container, "volumeMounts")
        if mount.get("readOnly") and mount.get("name") in lasting
    }


def _sources(workload: WorkloadManifest) -> dict[str, str]:
    """Return the volumes that outlive a pod, with what they are."""
    sources = {name_of(each): f"claims {name_of(each)}" for each in _templates(workload)}
    for volume in mappings(workload.pod, "volumes"):
        name = field(volume, "name", default="")
        sources.update((name, source) for source in _lasting(volume))
    return sources


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
