"""The native sleep of preStop hooks, a field that the typed objects do not know."""

from __future__ import annotations

from cdk8s import ApiObject, JsonPatch

from constructs_lib.override import override
from constructs_lib.pods.lifecycle import Sleep
from constructs_lib.pods.native_sidecars import running
from constructs_lib.pods.pod import Pod


def sleep_before_stopping(made: ApiObject, pod: Pod) -> None:
    """Let the containers of a controller sleep that say so.

    Args:
        made: the controller.
        pod: of its template.
    """
    hooks = [
        JsonPatch.add(
            f"/spec/template/spec/containers/{number}/lifecycle",
            {"preStop": {"sleep": {"seconds": container.pre_stop.seconds}}},
        )
        for number, container in enumerate(running(pod))
        if isinstance(container.pre_stop, Sleep)
    ]
    if hooks:
        override(made, *hooks)
