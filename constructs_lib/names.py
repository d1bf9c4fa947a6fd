"""The names of objects, of which a second of one kind and namespace is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from cdk8s_plus_27 import k8s
from constructs import Construct, IConstruct

from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import check_name, check_namespace
from constructs_lib.scopes import app_of

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
LONGEST = 63
# Controllers put the time or a hash behind it, and what they make with that has a label.
_LONGEST_OF = {"CronJob": 52, "StatefulSet": 52}

_objects_by_app: WeakKeyDictionary[IConstruct, set[tuple[str, str | None, str]]] = (
    WeakKeyDictionary()
)


def metadata(
    scope: Construct,
    kind: str,
    name: str,
    *,
    namespace: str | None = None,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    field: str = "id",
) -> k8s.ObjectMeta:
    """Return the metadata of an object; a second of one kind, namespace and name is refused.

    Args:
        scope: the parent construct.
        kind: of the object.
        name: of the object.
        namespace: of the object; None for a cluster-scoped one.
        labels: of the object.
        annotations: of the object.
        field: that the name comes from, for the error.
    """
    longest = _LONGEST_OF.get(kind, LONGEST)
    if len(name) > longest:
        raise ConfigurationError(
            field, name, f"shorten it by {len(name) - longest}: its {kind} would have this name"
        )
    (check_namespace if kind == "Namespace" else check_name)(field, name)
    objects = _objects_by_app.setdefault(app_of(scope), set())
    this = (kind, namespace, name)
    if this in objects:
        where = f" in {namespace}" if namespace else ""
        raise ConfigurationError(
            field, name, f"choose another: this app has another {kind} of the name{where}"
        )
    objects.add(this)
    return k8s.ObjectMeta(
        name=name,
        namespace=namespace,
        labels=dict(labels) if labels else None,
        annotations=dict(annotations) if annotations else None,
    )


def of_content(name: str, content: str) -> str:
    """Return a name that is another one for other content, since a Job cannot be changed."""
    return f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def short_name(*words: str, longest: int = 40) -> str:
    """Return the words as one name that is not too long, which no other words get.

    Args:
        words: of the name.
        longest: how long it may be; so long is the last part of the address of a dashboard:
            https://grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api/dashboard/
    """
    whole = "-".join(words)
    if len(whole) <= longest:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: longest - 9].rstrip('-')}-{digest}"
