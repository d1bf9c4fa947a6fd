"""The labels of objects, and the selectors that find pods by them."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from constructs_lib.errors import reject
from constructs_lib.rules import check_labels, check_name
from constructs_lib.scopes import namespace_of
from constructs_lib.values import Value

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
VERSION = "app.kubernetes.io/version"
TRACK = "track"


def check_further_labels(field: str, labels: Mapping[str, str]) -> None:
    """Refuse invalid labels, and those of selectors."""
    check_labels(field, labels)
    for key in sorted({NAME, COMPONENT, VERSION, TRACK} & labels.keys()):
        reject(field, key, "use another label: this one is the library's, and selectors hold it")


class Identity(Value):
    """Name, namespace and component of a workload, from which labels and selectors follow.

    Args:
        name: the name of its objects.
        namespace: of its objects.
        component: its component in the system, such as ``web``.
    """

    name: str
    namespace: str
    component: str

    @classmethod
    def of(cls, scope: Construct, name: str, *, component: str) -> Identity:
        """Return the identity of a workload in this scope, in the namespace of its chart."""
        check_name("id", name)
        return cls(name=name, namespace=namespace_of(scope), component=component)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its objects, which select its pods on all tracks."""
        return {NAME: self.name, COMPONENT: self.component}

    def track(self, track: str) -> dict[str, str]:
        """Return the selector of the pods of one track, which never changes."""
        return {**self.labels, TRACK: track}
