"""``constructs-lib grow``: writes a script that grows the volumes of a cluster."""

from __future__ import annotations

import json
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from constructs_lib.cli.paths import add_paths
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.files import read_all
from constructs_lib.manifests.platform import Platform, name_of, namespace_of
from constructs_lib.manifests.pod_counts import most

HELP = "Write a shell script that grows the volumes of StatefulSets to what manifests say."

_HEAD = """\
#!/bin/sh
# Grows volumes to what the manifests say: the quota first, which counts claims when they grow,
# then each claim, and then what further claims are made from. It ends at the first that is
# refused, such as a claim that would shrink.
set -eu
grow() {
  # namespace, claim, size
  if [ -z "$(kubectl get pvc "$2" -n "$1" --ignore-not-found -o name)" ]; then return; fi
  kubectl patch pvc "$2" -n "$1" \\
    -p "{\\"spec\\":{\\"resources\\":{\\"requests\\":{\\"storage\\":\\"$3\\"}}}}"
}
give_up() {
  # namespace, StatefulSet, sizes of its claims, which nobody can change in it. Its pods stay, and
  # are taken back.
  sizes=$(kubectl get statefulset "$2" -n "$1" --ignore-not-found \\
    -o jsonpath='{.spec.volumeClaimTemplates[*].spec.resources.requests.storage}')
  if [ -z "$sizes" ] || [ "$sizes" = "$3" ]; then return; fi
  kubectl delete statefulset "$2" -n "$1" --cascade=orphan
}
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.set_defaults(run=_run)
    add_paths(parser)


def _run(options: Namespace) -> None:
    lines = script(read_all(options.paths), paths=options.paths)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def script(manifests: Sequence[Manifest], *, paths: Sequence[Path]) -> Iterator[str]:
    """Yield the lines of a script, which ends by an apply.

    Args:
        manifests: of the platform.
        paths: where they are.
    """
    platform = Platform(manifests)
    claiming = [
        workload
        for workload in platform.workloads
        if mappings(workload.manifest, "spec", "volumeClaimTemplates")
    ]
    yield _HEAD.rstrip("\n")
    namespaces = {each.namespace for each in claiming}
    for quota in platform.of_kind("ResourceQuota"):
        if namespace_of(quota) in namespaces:
            patch = json.dumps({"spec": {"hard": _storage(quota)}})
            where = f"{shlex.quote(name_of(quota))} -n {namespace_of(quota)}"
            yield f"kubectl patch resourcequota {where} --type=merge -p {shlex.quote(patch)}"
    sizes = {each.path: _sizes(each.manifest) for each in claiming}
    for each in claiming:
        name = name_of(each.manifest)
        for number in range(most(platform, each)):
            for claim, size in sizes[each.path]:
                yield f"grow {each.namespace} {claim}-{name}-{number} {size}"
    for each in claiming:
        told = shlex.quote(" ".join(size for _, size in sizes[each.path]))
        yield f"give_up {each.namespace} {name_of(each.manifest)} {told}"
    yield " ".join(["kubectl apply", *(f"-f {shlex.quote(str(path))}" for path in paths)])


def _sizes(manifest: Manifest) -> list[tuple[str, str]]:
    """Return the claims of each pod, with their sizes."""
    return [
        (
            field(claim, "metadata", "name", default=""),
            str(mapping(claim, "spec", "resources", "requests").get("storage", "")),
        )
        for claim in mappings(manifest, "spec", "volumeClaimTemplates")
    ]


def _storage(quota: Manifest) -> dict[str, str]:
    """Return what a quota says of claims."""
    return {
        name: str(amount)
        for name, amount in mapping(quota, "spec", "hard").items()
        if name.endswith(("requests.storage", "persistentvolumeclaims"))
    }
