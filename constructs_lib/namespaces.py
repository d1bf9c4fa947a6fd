"""Namespaces as values."""

from __future__ import annotations

from enum import StrEnum

from constructs_lib.errors import reject
from constructs_lib.rules import check_namespace
from constructs_lib.values import Value


class PodSecurity(StrEnum):
    """The Pod Security Standards level that the pods of a namespace must meet.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """

    RESTRICTED = "restricted"
    BASELINE = "baseline"
    PRIVILEGED = "privileged"


class Namespace(Value):
    """A namespace with its Pod Security level.

    Args:
        name: its name, the namespace of charts.
        pod_security: the Pod Security level that it enforces: restricted by default,
            privileged for agents that mount files of the node, such as a log collector.

    Raises:
        ConfigurationError: the name is no DNS label, or a namespace of the cluster itself.
    """

    name: str
    pod_security: PodSecurity = PodSecurity.RESTRICTED

    def __post_init__(self) -> None:
        check_namespace("Namespace.name", self.name)
        if self.name == "default" or self.name.startswith("kube-"):
            reject("Namespace.name", self.name, "use one of your own: this one is the cluster's")


class ExistingNamespace(Namespace):
    """A namespace that is there already, or that another program makes.

    Charts, policies, quotas and bindings are as for any other; neither the object nor the labels
    with its Pod Security level are made. `constructs_lib.testing.check` is told of it:
    ``given=["Namespace/shop"]``.

    Args:
        name: its name, the namespace of charts.
        pod_security: the Pod Security level that it enforces.

    Raises:
        ConfigurationError: see `Namespace`.
    """
