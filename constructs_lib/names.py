"""The one place that names and labels objects, and refuses a second of the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import cdk8s
from cdk8s_plus_27 import k8s
from constructs import Construct, IConstruct

from constructs_lib.errors import ConfigurationError
from constructs_lib.objects import Objects
from constructs_lib.rules import check_labels, check_name
from constructs_lib.signatures import describe

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
VERSION = "app.kubernetes.io/version"
TRACK = "track"
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
LONGEST = 63

_chart_by_scope: WeakKeyDictionary[IConstruct, cdk8s.Chart] = WeakKeyDictionary()
_app_by_scope: WeakKeyDictionary[IConstruct, IConstruct] = WeakKeyDictionary()
_objects_by_app: WeakKeyDictionary[IConstruct, set[tuple[str, str | None, str]]] = (
    WeakKeyDictionary()
)


def check_further_labels(field: str, labels: Mapping[str, str]) -> None:
    """Refuse labels that Kubernetes does not take, and those that selectors hold."""
    check_labels(field, labels)
    for key in sorted({NAME, COMPONENT, VERSION, TRACK} & labels.keys()):
        raise ConfigurationError(
            field, key, "use another label: this one is the library's, and selectors hold it"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Name, namespace and component of a workload, from which labels and selectors follow.

    Args:
        name: the name of its objects.
        namespace: where they live.
        component: its part in the system, such as ``web``.
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
        """The labels of its objects, which find its pods on all tracks."""
        return {NAME: self.name, COMPONENT: self.component}

    def track(self, track: str) -> dict[str, str]:
        """Return the labels that find the pods of one track, and never change."""
        return {**self.labels, TRACK: track}


class NamedConstruct(Construct):
    """A construct whose id names its objects.

    Args:
        scope: the chart, or a construct in it.
        id: a name that no neighbour has.

    Raises:
        ConfigurationError: the id is no name, or a neighbour has it; or the scope
            is in no chart.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        describe(cls)

    def __init__(self, scope: Construct, id: str) -> None:
        check_name("id", id)
        chart, app = chart_of(scope), app_of(scope)
        try:
            super().__init__(scope, id)
        except RuntimeError as error:
            raise ConfigurationError(
                "id", id, "there is one already in this scope; use another id"
            ) from error
        _chart_by_scope[self], _app_by_scope[self] = chart, app

    @property
    def objects(self) -> Objects:
        """All that it made, by kind and name."""
        return Objects(self)


def app_of(scope: Construct) -> IConstruct:
    """Return the app that a construct stands in; remembered, since it is asked of Node."""
    app = _app_by_scope.get(scope)
    if app is None:
        app = scope.node.root
        if app is not scope:
            # An entry for itself would keep the app for good.
            _app_by_scope[scope] = app
    return app


def chart_of(scope: Construct) -> cdk8s.Chart:
    """Return the chart that a construct is, or stands in; remembered as the app is."""
    if isinstance(scope, cdk8s.Chart):
        return scope
    chart = _chart_by_scope.get(scope)
    if chart is not None:
        return chart
    try:
        return cdk8s.Chart.of(scope)
    except RuntimeError as error:
        raise ConfigurationError(
            "scope", type(scope).__name__, "give a Chart, or a construct that is in one"
        ) from error


def namespace_of(scope: Construct) -> str:
    """Return the namespace of the chart that a construct is, or stands in."""
    namespace = chart_of(scope).namespace
    if namespace is None:
        raise ConfigurationError(
            "Chart.namespace", namespace, "write Chart(app, 'web', namespace='app')"
        )
    check_name("Chart.namespace", namespace)
    return namespace


def check_no_namespace(scope: Construct) -> None:
    """Refuse a chart that would put its namespace on objects of the whole cluster."""
    namespace = chart_of(scope).namespace
    if namespace is not None:
        raise ConfigurationError(
            "Chart.namespace",
            namespace,
            "leave the namespace out: this chart holds objects of the whole cluster",
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
    """Name an object; the second of one kind, namespace and name is refused.

    Args:
        scope: where it is made.
        kind: of the object.
        name: of the object.
        namespace: where it lives; None for the cluster.
        labels: that it has.
        annotations: that it has.
        field: what somebody wrote that the name comes from.
    """
    if len(name) > LONGEST:
        raise ConfigurationError(
            field, name, f"shorten it by {len(name) - LONGEST}: its {kind} would have this name"
        )
    check_name(field, name)
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


def short_name(*words: str) -> str:
    """Return the words as one name of at most 40 characters, which no other words get.

    So long is the last part of the address of a dashboard:
    https://grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api/dashboard/
    """
    whole = "-".join(words)
    if len(whole) <= 40:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[:31].rstrip('-')}-{digest}"
