"""Who may do what: the rights that Roles and their bindings give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from constructs_lib.manifests.fields import Manifest, field, mapping, mappings, strings
from constructs_lib.manifests.label_selectors import selects
from constructs_lib.manifests.platform import Platform, name_of, namespace_of

ROLE = "Role.rbac.authorization.k8s.io"
CLUSTER_ROLE = "ClusterRole.rbac.authorization.k8s.io"
BINDING = "RoleBinding.rbac.authorization.k8s.io"
CLUSTER_BINDING = "ClusterRoleBinding.rbac.authorization.k8s.io"
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
ALL = "*"
# In place of a group: a role that is not in the manifests, such as `view`, stands for its rights.
ELSEWHERE = "(rights of)"


class Right(NamedTuple):
    """A verb on a resource.

    Args:
        namespace: where; ``*`` for all namespaces and what is in none.
        group: the API group of the resource; ``*`` for all.
        resource: such as ``pods/log``, or a path such as ``/metrics``; ``*`` for all.
        name: of the one object; empty for all.
        verb: such as ``get``; ``*`` for all.
    """

    namespace: str
    group: str
    resource: str
    name: str
    verb: str

    def covers(self, other: Right) -> bool:
        """Tell whether whoever has this right has the other as well."""
        return (
            self.namespace in {ALL, other.namespace}
            and self.group in {ALL, other.group}
            and _covers(self.resource, other.resource)
            and self.name in {"", other.name}
            and self.verb in {ALL, other.verb}
        )

    def __str__(self) -> str:
        what = f"{self.resource} {self.name}" if self.name else self.resource
        verb = "do anything with" if self.verb == ALL else self.verb
        place = "everywhere" if self.namespace == ALL else f"in {self.namespace}"
        what = "all resources" if what == ALL else what
        return f"{verb} {what} {place}"


class Holder(NamedTuple):
    """Who has rights: a user, a group, an account, or whoever is bound to a role.

    Args:
        kind: User, Group, ServiceAccount, or the kind of the role.
        name: with the namespace of an account or a role: ``app/web``.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        if self.kind.endswith("Role"):
            return f"whoever is bound to {self.kind} {self.name}"
        return f"{self.kind} {self.name}"


def _covers(pattern: str, resource: str) -> bool:
    if pattern in {ALL, resource}:
        return True
    kind, _, part = pattern.partition("/")
    if kind == ALL and part:
        return resource.endswith(f"/{part}")
    return pattern.startswith("/") and pattern.endswith(ALL) and resource.startswith(pattern[:-1])


def rights(platform: Platform) -> dict[Holder, set[Right]]:
    """Return what every holder may do, by all bindings together.

    A role that no binding names has a holder of its own, since another binding may name it.
    """
    found: dict[Holder, set[Right]] = {}
    bound: set[tuple[str, str, str]] = set()
    for binding in platform.of_kind(BINDING, CLUSTER_BINDING):
        kind = field(binding, "roleRef", "kind", default="")
        name = field(binding, "roleRef", "name", default="")
        place = namespace_of(binding)
        bound.add((kind, place if kind == "Role" else "", name))
        given = set(_of_role(platform, kind, name, place))
        for holder in holders(binding):
            found.setdefault(holder, set()).update(given)
    for role in platform.of_kind(ROLE, CLUSTER_ROLE):
        kind, place, name = field(role, "kind", default=""), namespace_of(role), name_of(role)
        for label, value in mapping(role, "metadata", "labels").items():
            if label.startswith(_AGGREGATE) and value == "true":
                into = Holder("ClusterRole", label.removeprefix(_AGGREGATE))
                found.setdefault(into, set()).update(_of_rules(role, ALL))
        if (kind, place, name) not in bound:
            holder = Holder(kind, "/".join(filter(None, (place, name))))
            found.setdefault(holder, set()).update(_of_role(platform, kind, name, place or ALL))
    return found


def holders(binding: Manifest) -> Iterator[Holder]:
    """Yield whom a binding names."""
    for subject in mappings(binding, "subjects"):
        kind, name = field(subject, "kind", default=""), field(subject, "name", default="")
        place = field(subject, "namespace", default=namespace_of(binding))
        yield Holder(kind, f"{place}/{name}" if kind == "ServiceAccount" else name)


def beyond(rights_: Iterable[Right], others: Iterable[Right]) -> list[Right]:
    """Return, sorted, the rights that none of the others covers."""
    others = list(others)
    return sorted(r for r in set(rights_) if not any(each.covers(r) for each in others))


def _of_role(platform: Platform, kind: str, name: str, namespace: str) -> Iterator[Right]:
    where = namespace or ALL
    role = platform.get(
        f"{kind}.rbac.authorization.k8s.io", namespace if kind == "Role" else "", name
    )
    if role is None:
        yield Right(where, ELSEWHERE, f"{kind} {name}", "", "use")
        return
    yield from _of_rules(role, where)
    for selector in mappings(role, "aggregationRule", "clusterRoleSelectors"):
        for other in platform.of_kind(CLUSTER_ROLE):
            if selects(selector, mapping(other, "metadata", "labels")):
                yield from _of_rules(other, where)


def _of_rules(role: Manifest, where: str) -> Iterator[Right]:
    for rule in mappings(role, "rules"):
        for verb in strings(rule, "verbs"):
            for path in strings(rule, "nonResourceURLs"):
                yield Right(ALL, "", path, "", verb)
            for group in strings(rule, "apiGroups"):
                for resource in strings(rule, "resources"):
                    for name in strings(rule, "resourceNames") or [""]:
                        yield Right(where, group, resource, name, verb)
