"""Sidecars and init containers in the pod of a server or a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from constructs_lib.errors import reject
from constructs_lib.facts.network import End, check_has_port
from constructs_lib.pods.container import Container
from constructs_lib.pods.pod import Pod
from constructs_lib.values import Value


class ExtraContainers(Value):
    """Sidecars and init containers in the pod of a server or a job.

    They count in footprint and quota, and have the hardening of the server. One
    that names the same volume as a container of the server shares it. Sidecars of a job
    need Kubernetes 1.29 or newer, where they end with it.

    Args:
        sidecars: containers beside those of the server.
        init_containers: containers that run before it, after its own, one after the other.
        calls: their targets, on all ports.

    Raises:
        ConfigurationError: a target without ports.
    """

    sidecars: Sequence[Container] = ()
    init_containers: Sequence[Container] = ()
    calls: Sequence[End] = ()

    def __post_init__(self) -> None:
        for end in self.calls:
            check_has_port("ExtraContainers.calls", end)

    def joined_to(self, pod: Pod) -> Pod:
        """Return the pod with them."""
        return replace(
            pod,
            containers=(*pod.containers, *self.sidecars),
            init_containers=(*pod.init_containers, *self.init_containers),
            calls=(*pod.calls, *self.calls),
        )


NO_EXTRA_CONTAINERS: Mapping[str, ExtraContainers] = MappingProxyType({})


def extended(pod: Pod, extra: Mapping[str, ExtraContainers]) -> Pod:
    """Return the pod with the extra containers of its name."""
    given = extra.get(pod.identity.name)
    return pod if given is None else given.joined_to(pod)


def check_pods(extra: Mapping[str, ExtraContainers], pods: Iterable[str]) -> None:
    """Refuse containers for pods that do not exist."""
    names = sorted(pods)
    for name in extra:
        if name not in names:
            reject("extra_containers", name, f"name one of {', '.join(names)}")
