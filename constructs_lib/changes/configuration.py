"""ConfigMaps and Secrets: who reads what changes, and who needs what goes."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.changes.comparison import Comparison
from constructs_lib.changes.entrances import encrypted_hosts
from constructs_lib.changes.objects import Pair
from constructs_lib.changes.verdicts import FieldChange, Finding, Verdict
from constructs_lib.manifests.configuration_reads import Read, config_maps_read, secrets_read
from constructs_lib.manifests.fields import field, mapping, mappings, strings
from constructs_lib.manifests.made_secrets import made_secret
from constructs_lib.manifests.workloads import WorkloadManifest

_KINDS = {"ConfigMap": config_maps_read, "Secret": secrets_read}
_CERTIFICATE = "Certificate.cert-manager.io"
_EXTERNAL = "ExternalSecret.external-secrets.io"


def configuration(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield what other content of a ConfigMap or Secret means."""
    if pair.kind in {_CERTIFICATE, _EXTERNAL}:
        yield from _other_secret(pair, comparison)
    yield from _made_without(pair, comparison)
    if pair.kind not in _KINDS:
        return
    for change in pair.below("immutable"):
        if change.after:
            why = "from now on every change needs a new name"
            yield Finding(Verdict.LATER, "immutable", why, (change,))
    changed = pair.below("data.", "data", "binaryData")
    if not changed:
        return
    readers = list(_readers(pair, comparison))
    needed = list(_needed(changed, readers))
    for path, key, change in needed:
        why = f"{path} needs the key {key}: each new pod of it waits for it and does not start"
        yield Finding(Verdict.CUTS_OFF, "key-removed", why, (change,))
    gone = [change.path for *_, change in needed]
    rest = tuple(each for each in changed if each.path not in gone)
    if rest:
        yield Finding(Verdict.LATER, "content", _who_reads(pair, comparison, readers), rest)


def _readers(pair: Pair, comparison: Comparison) -> Iterator[tuple[WorkloadManifest, Read]]:
    for workload in comparison.after.workloads:
        if workload.namespace == pair.namespace:
            for read in _KINDS[pair.kind](workload):
                if read.name == pair.name:
                    yield workload, read


def _needed(
    changed: tuple[FieldChange, ...], readers: list[tuple[WorkloadManifest, Read]]
) -> Iterator[tuple[str, str, FieldChange]]:
    for change in changed:
        key = change.path.partition(".")[2]
        if change.after is None:
            for workload, read in readers:
                if key in read.keys and not read.optional:
                    yield workload.path, key, change
                    break


def _who_reads(
    pair: Pair, comparison: Comparison, readers: list[tuple[WorkloadManifest, Read]]
) -> str:
    if not readers:
        return "nobody in the files reads it"
    names = sorted({workload.path for workload, _ in readers})
    who = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    rolled = [
        workload
        for workload, _ in readers
        if (own := comparison.pair_of(workload.manifest)) and own.below("spec.template")
    ]
    if len(rolled) == len(readers):
        return f"{who} restarts with it"
    if any(_by_sub_path(workload, pair) for workload, _ in readers):
        return f"{who} mounts it by subPath: pods that run never see it"
    return (
        f"{who}: mounted files follow within about a minute, variables at the next start; nothing "
        "restarts"
    )


def _by_sub_path(workload: WorkloadManifest, pair: Pair) -> bool:
    named = {
        field(volume, "name", default="")
        for volume in mappings(workload.pod, "volumes")
        if pair.name
        in {
            field(volume, "configMap", "name", default=""),
            field(volume, "secret", "secretName", default=""),
        }
    }
    return any(
        mount.get("subPath") and mount.get("name") in named
        for container in workload.all_containers
        for mount in mappings(container, "volumeMounts")
    )


def _other_secret(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield who goes on reading a Secret that nobody writes any more."""
    names = [set(strings(node, "spec", "dnsNames")) for node in (pair.was, pair.now)]
    for host in sorted((names[0] - names[1]) & encrypted_hosts(comparison.after)):
        why = f"{host} is served with TLS, and its certificate does not name it any more"
        yield Finding(Verdict.CUTS_OFF, "host", why, pair.below("spec.dnsNames"))
    for change in pair.below("spec.secretName", "spec.target.name"):
        readers = sorted(reading_secret(pair, str(change.before), comparison))
        if readers:
            why = f"{readers[0]} reads Secret {change.before}, which nobody renews any more"
            yield Finding(Verdict.CUTS_OFF, "secret-renamed", why, (change,))
        else:
            why = f"Secret {change.before} stays, and nobody renews it any more"
            yield Finding(Verdict.LATER, "secret-renamed", why, (change,))


def _made_without(pair: Pair, comparison: Comparison) -> Iterator[Finding]:
    """Yield which keys a Secret is made without that pods need."""
    was, now = made_secret(pair.was), made_secret(pair.now)
    if was is None or now is None:
        return
    for key in sorted((was.keys or frozenset()) - (now.keys or frozenset())):
        for workload in comparison.after.workloads:
            reads = [read for read in secrets_read(workload) if read.name == now.name]
            needs = any(key in read.keys and not read.optional for read in reads)
            if workload.namespace == pair.namespace and needs:
                why = f"{workload.path} needs the key {key}: no new pod of it starts"
                fields = pair.below("spec.data", "spec.encryptedData")
                yield Finding(Verdict.CUTS_OFF, "key-removed", why, fields)


def reading_secret(pair: Pair, name: str, comparison: Comparison) -> Iterator[str]:
    """Yield who reads a Secret of the namespace of an object, after the apply."""
    for workload in comparison.after.workloads:
        reads = {read.name for read in secrets_read(workload)}
        if workload.namespace == pair.namespace and name in reads:
            yield f"{workload.kind} {workload.path}"
    for ingress in comparison.after.of_kind("Ingress.networking.k8s.io", namespace=pair.namespace):
        for tls in mappings(ingress, "spec", "tls"):
            if tls.get("secretName") == name:
                yield f"Ingress {pair.namespace}/{field(ingress, 'metadata', 'name', default='')}"
    for server in comparison.after.of_kind("VirtualServer.k8s.nginx.org", namespace=pair.namespace):
        if mapping(server, "spec", "tls").get("secret") == name:
            yield f"VirtualServer {pair.namespace}/{field(server, 'metadata', 'name', default='')}"
