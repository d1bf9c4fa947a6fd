"""Look-up of the objects of a construct."""

from __future__ import annotations

from collections.abc import Iterator

from cdk8s import ApiObject, DependencyGraph
from constructs import IConstruct

from constructs_lib.errors import ConfigurationError


class Objects:
    """The current objects of a construct, in the order in which they are written.

    Nothing is cached: each look-up reads the tree, so that it finds the results of `override`::

        web.objects["Ingress"]
        web.objects["Service", "web-public"]
        stack.objects["Role", "prometheus", "app"]
        stack.objects.of_kind("Deployment")

    Args:
        construct: of the objects; an App or a Chart for all in it.
    """

    def __init__(self, construct: IConstruct) -> None:
        self._construct = construct

    def __iter__(self) -> Iterator[ApiObject]:
        for each in DependencyGraph(self._construct.node).topology():
            if isinstance(each, ApiObject):
                yield each

    def __getitem__(self, key: str | tuple[str, ...]) -> ApiObject:
        """Return the one object of a kind, a name and a namespace.

        Args:
            key: its kind; where there are several, with its name, and then its namespace.

        Raises:
            ConfigurationError: there is none, or more than one; the message lists them.
        """
        kind, *told = (key,) if isinstance(key, str) else key
        of_kind = self.of_kind(kind)
        found = [each for each in of_kind if _place(each)[: len(told)] == told]
        if len(found) != 1:
            there = ", ".join(str((kind, *_place(each))) for each in found or of_kind)
            raise ConfigurationError("objects", key, f"name one of {there}")
        return found[0]

    def of_kind(self, kind: str) -> tuple[ApiObject, ...]:
        """Return all objects of a kind.

        Args:
            kind: such as ``Deployment``.

        Raises:
            ConfigurationError: there is none; the message lists the kinds that there are.
        """
        by_kind: dict[str, list[ApiObject]] = {}
        for each in self:
            by_kind.setdefault(each.kind, []).append(each)
        if kind not in by_kind:
            raise ConfigurationError("objects", kind, f"name one of {', '.join(sorted(by_kind))}")
        return tuple(by_kind[kind])


def _place(one: ApiObject) -> list[str | None]:
    return [one.name, one.metadata.namespace]
