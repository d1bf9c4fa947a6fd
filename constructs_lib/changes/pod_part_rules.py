"""What fields of one part of a pod ask of each other, or the API server refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from constructs_lib.changes.part_rules import Node, twice
from constructs_lib.manifests.fields import mapping, mappings

_PROBE = ("exec", "grpc", "httpGet", "tcpSocket")
_SHARED = frozenset({"cpu", "ephemeral-storage", "memory"})


def _container(node: Node) -> Iterator[str]:
    names = (port.get("name") for port in mappings(node, "ports"))
    yield from (f"two ports are called {name}" for name in twice(names))
    paths = (mount.get("mountPath") for mount in mappings(node, "volumeMounts"))
    yield from (f"two volumes are mounted at {path}" for path in twice(paths))
    for probe in ("livenessProbe", "startupProbe"):
        if mapping(node, probe).get("successThreshold", 1) != 1:
            yield f"{probe}.successThreshold must be 1"


def _pod(node: Node) -> Iterator[str]:
    containers = [*mappings(node, "initContainers"), *mappings(node, "containers")]
    names = twice(each.get("name") for each in containers)
    yield from (f"two containers are called {name}" for name in names)
    yield from (
        f"container {each.get('name')} has no image" for each in containers if not each.get("image")
    )
    grace = node.get("terminationGracePeriodSeconds", 30)
    for hook in (hook for each in containers for hook in mapping(each, "lifecycle").values()):
        if isinstance(hook, dict) and mapping(hook, "sleep").get("seconds", 0) > grace:
            yield f"a hook sleeps for longer than the {grace} s that a pod has to end"
    volumes = twice(each.get("name") for each in mappings(node, "volumes"))
    yield from (f"two volumes are called {name}" for name in volumes)


def _port(node: Node) -> Iterator[str]:
    if not node.get("containerPort"):
        yield "containerPort is required"


def _handler(node: Node) -> Iterator[str]:
    if sum(name in node for name in _PROBE) != 1:
        yield f"a probe has one of {', '.join(_PROBE)}"


def _volume(node: Node) -> Iterator[str]:
    if len(node.keys() - {"name"}) != 1:
        yield "a volume has one source"


def _variable(node: Node) -> Iterator[str]:
    if node.get("value") and mapping(node, "valueFrom"):
        yield f"variable {node.get('name')} has a value and valueFrom"


def _resources(node: Node) -> Iterator[str]:
    """What nodes do not share, such as a card, is whole, and asked for as it is limited."""
    requests, limits = mapping(node, "requests"), mapping(node, "limits")
    for name in sorted(requests.keys() | limits):
        if "/" not in name and name not in _SHARED and not name.startswith("hugepages-"):
            yield f"{name} is no resource of a container"
        elif name in _SHARED or name.startswith("kubernetes.io/"):
            continue
        elif requests.get(name, limits.get(name)) != limits.get(name):
            yield f"{name} is not shared: its request is its limit"
        elif "/" in name and getattr(limits[name], "value", 0) % 1:
            yield f"{name} is {limits[name]}; it cannot be a part of one"


POD_PART_RULES: Mapping[str, Callable[[Node], Iterator[str]]] = {
    "core.Container": _container,
    "core.ContainerPort": _port,
    "core.EnvVar": _variable,
    "core.PodSpec": _pod,
    "core.Probe": _handler,
    "core.ResourceRequirements": _resources,
    "core.Volume": _volume,
}
"""By type, what yields what is wrong with it."""
