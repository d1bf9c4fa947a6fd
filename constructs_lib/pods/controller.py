"""The metadata of all controllers: name, labels, version and change cause."""

from __future__ import annotations

from collections.abc import Mapping

from cdk8s_plus_27 import k8s
from constructs import Construct

from constructs_lib import names
from constructs_lib.pods.pod import Pod


def controller_metadata(
    scope: Construct, kind: str, pod: Pod, *, name: str, selector: Mapping[str, str]
) -> k8s.ObjectMeta:
    """Return the metadata of a controller.

    Args:
        scope: the parent construct.
        kind: of the object.
        pod: that it creates.
        name: of the object.
        selector: the labels that find its pods; the version is never one of them.
    """
    return names.metadata(
        scope,
        kind,
        name,
        namespace=pod.identity.namespace,
        labels={**selector, **pod.version_labels},
        annotations=pod.change_cause,
    )
