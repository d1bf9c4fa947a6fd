"""``constructs-lib calls``: writes a script that tries each call of a platform from inside."""

from __future__ import annotations

import re
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from constructs_lib.cli.paths import add_paths
from constructs_lib.manifests.connections import Connection, connections
from constructs_lib.manifests.fields import Manifest, field, mapping, mappings
from constructs_lib.manifests.files import read_all
from constructs_lib.manifests.platform import Platform, name_of, namespace_of
from constructs_lib.manifests.workloads import WorkloadManifest

HELP = "Write a shell script that tries, from inside of the pods, each call that policies allow."

# The names of containers that are added stay with a pod, so each run has another.
_HEAD = """\
#!/bin/sh
# Tries each call from a pod that makes it, in a container that is added to the pod.
run=calls-$(date +%s)
failed=0
address() {
  # of a pod: namespace, label selector
  kubectl get pods -n "$1" -l "$2" --field-selector=status.phase=Running \\
    -o jsonpath='{.items[0].status.podIP}'
}
report() {
  # namespace, label selector, what is tried there
  pod=$(kubectl get pods -n "$1" -l "$2" --field-selector=status.phase=Running -o name | head -n 1)
  if [ -z "$pod" ]; then echo "$3 no pod runs"; failed=1; return; fi
  kubectl debug -n "$1" "$pod" --image="$image" --profile=restricted -c "$run" --quiet -- sh -c "$4"
  path="{.status.ephemeralContainerStatuses[?(@.name=='$run')].state.terminated.exitCode}"
  for _ in $(seq 60); do
    code=$(kubectl get -n "$1" "$pod" -o jsonpath="$path")
    [ -n "$code" ] && break
    sleep 1
  done
  kubectl logs -n "$1" "$pod" -c "$run" | sed "s|^|$3 -> |"
  [ "$code" = 0 ] || failed=1
}
"""
# The shell puts in the addresses of pods.
_ADDRESS = "address_"
_VARIABLE = re.compile(rf"{_ADDRESS}\d+_")
_TRY = "if nc -z -w 3 {host} {port}; then echo {name} works; else echo {name} FAILS; exit 1; fi"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.set_defaults(run=_run)
    add_paths(parser)
    parser.add_argument(
        "--image",
        required=True,
        help="with sh and nc, of a registry that nodes may pull from",
    )
    parser.add_argument(
        "--namespace",
        dest="namespaces",
        action="append",
        help="of who calls; several times for more, all by default",
    )


def _run(options: Namespace) -> None:
    manifests = read_all(options.paths)
    lines = script(manifests, image=options.image, namespaces=options.namespaces)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def script(
    manifests: Sequence[Manifest], *, image: str, namespaces: Collection[str] | None = None
) -> Iterator[str]:
    """Yield the lines of a script, which ends with status 1 if a call fails.

    What is called is asked by the name of its Service, or by the address of a pod if it has none.
    Calls by UDP, to nodes, and of jobs, none of whose pods may run, are comments.

    Args:
        manifests: of the platform.
        image: of the containers that are added.
        namespaces: of who calls; all if it is None.
    """
    platform = Platform(manifests)
    workloads = {each.path: each for each in platform.workloads}
    hosts = _hosts(platform)
    by_source: dict[str, list[Connection]] = defaultdict(list)
    for call in connections(platform):
        if namespaces is None or workloads[call.source].namespace in namespaces:
            by_source[call.source].append(call)
    yield f"{_HEAD}image={shlex.quote(image)}"
    for path, calls in by_source.items():
        source = workloads[path]
        tried: list[str] = []
        for call in calls:
            target, name = workloads[call.target], f"{call.target}:{call.port}"
            host, port = hosts.get((call.target, call.port), (_ADDRESS, call.port))
            if call.protocol != "TCP" or not _runs(source) or not _runs(target):
                yield f"# not tried: {path} -> {name} {call.protocol}"
                continue
            if host == _ADDRESS:
                host = f"{_ADDRESS}{len(tried)}_"
                yield f"{host}=$(address {target.namespace} {_selector(target)})"
            tried.append(_TRY.format(host=host, port=port, name=name))
        if tried:
            # All at once, so that what times out does not add up.
            steps = " ".join(f'({each}) & all="$all $!";' for each in tried)
            wait = 'code=0; for each in $all; do wait "$each" || code=1; done; exit $code'
            inside = _VARIABLE.sub(r"""'"$\g<0>"'""", shlex.quote(f"{steps} {wait}"))
            yield f"report {source.namespace} {_selector(source)} {path} {inside}"
    yield "exit $failed"


def _runs(workload: WorkloadManifest) -> bool:
    """Tell whether a pod runs all the time, in a network that policies reach."""
    return workload.runs_for_long and not workload.pod.get("hostNetwork")


def _selector(workload: WorkloadManifest) -> str:
    labels = mapping(workload.selector, "matchLabels")
    return shlex.quote(",".join(f"{key}={value}" for key, value in sorted(labels.items())))


def _hosts(platform: Platform) -> dict[tuple[str, int], tuple[str, int]]:
    """Return the host and port of a Service, by a workload and the port of its pods."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for service in platform.of_kind("Service"):
        selector = mapping(service, "spec", "selector")
        host = f"{name_of(service)}.{namespace_of(service)}.svc"
        for workload in platform.pods(namespace_of(service), {"matchLabels": selector}):
            for port, behind in _ports(service, workload):
                found.setdefault((workload.path, behind), (host, port))
    return found


def _ports(service: Manifest, workload: WorkloadManifest) -> Iterable[tuple[int, int]]:
    headless = field(service, "spec", "clusterIP", default="") == "None"
    for port in mappings(service, "spec", "ports"):
        number = field(port, "port", default=0)
        target = port.get("targetPort", number)
        for each in workload.ports:
            if target in {each.name, each.number}:
                yield (each.number if headless else number), each.number
