"""Sidecars that last: init containers that restart, which the typed objects do not know."""

from __future__ import annotations

from collections.abc import Sequence

from cdk8s import ApiObject, JsonPatch

from constructs_lib.override import override
from constructs_lib.pods.container import Container
from constructs_lib.pods.pod import Pod


def before_main(pod: Pod) -> Sequence[Container]:
    """Return what begins before the main container of a pod, in its order.

    Tools, such as one that logs in for a sidecar, come before the sidecars that last; what runs the
    image of the main container, such as the check of a migration, after them: it may need them.
    """
    lasting = [each for each in pod.containers if each.name in pod.lasting]
    if not lasting:
        return pod.init_containers
    tools, own = (
        [each for each in pod.init_containers if (each.image == pod.main.image) is of_main]
        for of_main in (False, True)
    )
    return (*tools, *lasting, *own)


def running(pod: Pod) -> Sequence[Container]:
    """Return the main container, and those that begin and end with it."""
    return [each for each in pod.containers if each.name not in pod.lasting]


def restart_sidecars(made: ApiObject, pod: Pod, spec: str) -> None:
    """Let the sidecars of a pod that last begin before its main container, and end after it.

    Kubernetes 1.29 and newer have them.

    Args:
        made: the controller.
        pod: of its template.
        spec: the path of what has the template.
    """
    restarts = [
        JsonPatch.add(f"{spec}/template/spec/initContainers/{number}/restartPolicy", "Always")
        for number, each in enumerate(before_main(pod))
        if each.name in pod.lasting
    ]
    if restarts:
        override(made, *restarts)
