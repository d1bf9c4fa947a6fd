"""Pods: what they may do to their node, how they are probed, spread and ended, what they store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import Certainty, FieldChange, Finding, Verdict
from constructs_lib.manifests.fields import field, mapping, mappings
from constructs_lib.manifests.invariants.pod_security import privileges
from constructs_lib.manifests.platform import name_of
from constructs_lib.manifests.workloads import WorkloadManifest, workload_of

_PROBES = {
    "readinessProbe": "a pod counts as ready once it runs, and keeps its traffic when it is not",
    "livenessProbe": "a container that hangs is not started again",
    "startupProbe": "the other probes count from the first second on",
}


def pods(pair: Pair, _: Comparison) -> Iterator[Finding]:
    """Yield what a change of a pod template means."""
    was, now = workload_of(pair.was), workload_of(pair.now)
    if was is None or now is None:
        return
    changed = tuple(each for each in pair.fields if ".template." in f"{each.path}.")
    if changed:
        yield from _privileges(was, now, changed)
        yield from _care(was, now, changed)
        yield from _placement(was, now, changed)
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
        fields = _touching(changed, "securityContext", "host", "volumes", "ports", "annotations")
        yield Finding(Verdict.ESCALATES, "privilege", f"a pod {privilege}", fields)
    after = _by_name(now)
    for name, container in _by_name(was).items():
        if _is_read_only(container) and name in after and not _is_read_only(after[name]):
            why = f"{name} may write to the files of its image"
            fields = _touching(changed, "readOnlyRootFilesystem", "securityContext")
            yield Finding(Verdict.ESCALATES, "privilege", why, fields)
    token = "automountServiceAccountToken"
    if was.pod.get(token) is False and now.pod.get(token) is not False:
        why = "pods carry a token of their account"
        yield Finding(Verdict.ESCALATES, "token", why, _touching(changed, token))


def _is_read_only(container: Mapping[str, Any]) -> bool:
    return bool(mapping(container, "securityContext").get("readOnlyRootFilesystem"))


def _care(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    """Yield the probes and hooks that go from a container of the same name."""
    after = _by_name(now)
    for name, container in _by_name(was).items():
        other = after.get(name)
        if other is None:
            continue
        for probe, why in _PROBES.items():
            if probe in container and probe not in other:
                fields = _touching(changed, probe)
                yield Finding(Verdict.WEAKENS, "probe", f"without {probe} {why}", fields)
        if mapping(container, "lifecycle", "preStop") and not mapping(
            other, "lifecycle", "preStop"
        ):
            why = "a process ends while it is still sent requests: some fail in each rollout"
            fields = _touching(changed, "lifecycle")
            yield Finding(Verdict.WEAKENS, "pre-stop", why, fields)
    grace = "terminationGracePeriodSeconds"
    if field(now.pod, grace, default=30) < field(was.pod, grace, default=30):
        why = "what takes longer to end is killed"
        yield Finding(Verdict.WEAKENS, "grace-period", why, _touching(changed, grace))


def _placement(
    was: WorkloadManifest, now: WorkloadManifest, changed: tuple[FieldChange, ...]
) -> Iterator[Finding]:
    gone = _spread(was) - _spread(now)
    for key in sorted(gone):
        why = f"all pods may come to lie in one {key.rpartition('/')[2]}"
        fields = _touching(changed, "topologySpreadConstraints", "affinity")
        yield Finding(Verdict.WEAKENS, "spread", why, fields)
    if now.kind == "DaemonSet" and _asks_more_of_nodes(was.pod, now.pod):
        why = "nodes that do not fit any more have no pod of it"
        fields = _touching(changed, "nodeSelector", "affinity", "tolerations")
        conditional = Certainty.CONDITIONAL
        yield Finding(Verdict.WEAKENS, "nodes", why, fields, certainty=conditional)


def _asks_more_of_nodes(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    affinity = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    required = mapping(now, *affinity)
    return (
        bool(mapping(now, "nodeSelector").items() - mapping(was, "nodeSelector").items())
        or (bool(required) and required != mapping(was, *affinity))
        or any(each not in mappings(now, "tolerations") for each in mappings(was, "tolerations"))
    )


def _spread(workload: WorkloadManifest) -> set[str]:
    """Return the topologies over which pods must be spread, or at least are preferred to be."""
    keys: set[str] = set()

    def add(node: Mapping[str, Any], *, required: bool) -> None:
        key = field(node, "topologyKey", default="")
        # What must be spread is preferred to be as well.
        keys.update({key, f"required {key}"} if required else {key})

    for constraint in mappings(workload.pod, "topologySpreadConstraints"):
        add(constraint, required=constraint.get("whenUnsatisfiable") == "DoNotSchedule")
    anti = mapping(workload.pod, "affinity", "podAntiAffinity")
    for term in mappings(anti, "requiredDuringSchedulingIgnoredDuringExecution"):
        add(term, required=True)
    for term in mappings(anti, "preferredDuringSchedulingIgnoredDuringExecution"):
        add(mapping(term, "podAffinityTerm"), required=False)
    return keys


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
        fields = _touching(changed, "volume")
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


def _touching(changed: tuple[FieldChange, ...], *words: str) -> tuple[FieldChange, ...]:
    return tuple(each for each in changed if any(word in each.path for word in words)) or changed


def token_users(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what it means that an account mounts its token."""
    for change in pair.below("automountServiceAccountToken"):
        if change.after is not False and change.before is False:
            why = "new pods that do not say otherwise carry a token"
            yield Finding(Verdict.ESCALATES, "token", why, (change,))
            yield Finding(
                Verdict.LATER, "token", "holds for pods that start from now on", (change,)
            )
        elif change.after is False:
            why = "new pods that do not say otherwise carry no token"
            yield Finding(Verdict.LATER, "token", why, (change,))
