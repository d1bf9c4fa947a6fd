"""The app, the chart and the namespace of a construct."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import cdk8s
from constructs import Construct, IConstruct

from constructs_lib.errors import ConfigurationError, reject
from constructs_lib.rules import check_namespace

_chart_by_scope: WeakKeyDictionary[IConstruct, cdk8s.Chart] = WeakKeyDictionary()
_outside_of_chart: WeakKeyDictionary[IConstruct, list[IConstruct]] = WeakKeyDictionary()
_app_by_scope: WeakKeyDictionary[IConstruct, IConstruct] = WeakKeyDictionary()


def remember(scope: Construct, chart: cdk8s.Chart, app: IConstruct) -> None:
    """Remember chart and app of a construct, since each look-up is a call into Node."""
    _chart_by_scope[scope], _app_by_scope[scope] = chart, app


def constructs_of(app: IConstruct) -> list[IConstruct]:
    """Return the remembered constructs of an app, in the order in which they were made."""
    return [scope for scope, of in _app_by_scope.items() if of is app]


def app_of(scope: Construct) -> IConstruct:
    """Return the app of a construct, remembered."""
    app = _app_by_scope.get(scope)
    if app is None:
        app = scope.node.root
        if app is not scope:
            # An entry for itself would keep the app for good.
            _app_by_scope[scope] = app
    return app


def chart_of(scope: Construct) -> cdk8s.Chart:
    """Return the chart that a construct is or is in, remembered."""
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


def charts_around(scope: Construct) -> list[IConstruct]:
    """Return the app and the charts that a construct is in, the nearest last; remembered."""
    chart = chart_of(scope)
    if chart not in _outside_of_chart:
        # Without itself: an entry would keep it for good.
        _outside_of_chart[chart] = [
            each for each in chart.node.scopes[:-1] if isinstance(each, cdk8s.App | cdk8s.Chart)
        ]
    return [*_outside_of_chart[chart], chart]


def namespace_of(scope: Construct) -> str:
    """Return the namespace of the chart that a construct is or is in."""
    namespace = chart_of(scope).namespace
    if namespace is None:
        raise ConfigurationError(
            "Chart.namespace", namespace, "write Chart(app, 'web', namespace='app')"
        )
    check_namespace("Chart.namespace", namespace)
    return namespace


def check_no_namespace(scope: Construct) -> None:
    """Refuse a chart whose namespace would be set on cluster-scoped objects."""
    namespace = chart_of(scope).namespace
    if namespace is not None:
        reject(
            "Chart.namespace",
            namespace,
            "leave the namespace out: this chart holds objects of the whole cluster",
        )
