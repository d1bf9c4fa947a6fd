"""Objects have the names and labels that an operator would type, and each name once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from cdk8s import App, Chart
from constructs import Construct

from constructs_lib import ConfigurationError, Namespace, names
from constructs_lib.labels import Identity
from constructs_lib.named_construct import NamedConstruct
from constructs_lib.scopes import check_no_namespace, namespace_of

WEB = Identity(name="web", namespace="app", component="frontend")


def test_labels(chart: Chart) -> None:
    assert Identity.of(chart, "web", component="frontend") == WEB
    assert WEB.labels == {
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/component": "frontend",
    }


def test_pods_of_two_tracks_are_told_apart() -> None:
    blue, green = WEB.track("blue"), WEB.track("green")
    assert blue["track"] != green["track"]
    assert WEB.labels.items() <= blue.items()
    assert WEB.labels.items() <= green.items()


@pytest.mark.parametrize("kind", ["CronJob", "StatefulSet"])
def test_fails_where_names_that_are_made_of_it_are_too_long(kind: str, chart: Chart) -> None:
    names.metadata(chart, kind, "a" * 52, namespace="app")
    with pytest.raises(ConfigurationError, match=rf"shorten it by 1: its {kind} would have"):
        names.metadata(chart, kind, "a" * 53, namespace="app")


def test_fails_with_a_second_of_one_name(chart: Chart) -> None:
    names.metadata(chart, "Service", "web", namespace="app")
    names.metadata(chart, "Service", "web", namespace="other")
    names.metadata(chart, "Deployment", "web", namespace="app")
    with pytest.raises(ConfigurationError, match=r"id: got 'web'; .* Service of the name in app"):
        names.metadata(chart, "Service", "web", namespace="app")


def test_fails_with_a_second_in_another_chart(app: App, chart: Chart) -> None:
    names.metadata(chart, "ClusterRole", "reader")
    with pytest.raises(ConfigurationError, match=r"id: got 'reader'; .* ClusterRole of the name$"):
        names.metadata(Chart(app, "other"), "ClusterRole", "reader")


def test_another_app_has_its_own_names(chart: Chart, tmp_path: object) -> None:
    names.metadata(chart, "Service", "web", namespace="app")
    assert names.metadata(Chart(App(outdir=str(tmp_path)), "c"), "Service", "web").name == "web"


def test_fails_with_what_is_no_name(chart: Chart) -> None:
    with pytest.raises(ConfigurationError, match=r"Host\.name: got '1web'; use at most 63 of"):
        names.metadata(chart, "Ingress", "1web", field="Host.name")


@pytest.mark.parametrize("name", ["1shop", "2", "a" * 63])
def test_a_namespace_may_start_with_a_digit(app: App, name: str) -> None:
    assert Namespace(name=name).name == name
    assert namespace_of(Chart(app, "c", namespace=name)) == name
    assert names.metadata(Chart(app, "cluster"), "Namespace", name).name == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a.b", "a" * 64])
def test_fails_with_a_namespace_that_is_none(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"Namespace\.name: got .*; use at most 63 of"):
        Namespace(name=name)


@pytest.mark.parametrize(("namespace", "says"), [(None, "write Chart"), ("App", "use at most 63")])
def test_fails_in_a_chart_without_a_good_namespace(
    app: App, namespace: str | None, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"Chart\.namespace: got {namespace!r}; {says}"):
        namespace_of(Chart(app, "c", namespace=namespace))


def test_fails_with_a_namespace_around_objects_of_the_cluster(app: App, chart: Chart) -> None:
    check_no_namespace(Chart(app, "cluster"))
    with pytest.raises(ConfigurationError, match=r"Chart\.namespace: got 'app'; leave the name"):
        check_no_namespace(chart)


def test_fails_with_an_id_that_a_neighbour_has(chart: Chart) -> None:
    Construct(chart, "web")
    with pytest.raises(ConfigurationError, match="id: got 'web'; there is one already in this"):
        NamedConstruct(chart, "web")


@pytest.mark.parametrize(
    "make",
    [partial(NamedConstruct, id="web"), namespace_of, check_no_namespace],
)
def test_fails_outside_of_a_chart(app: App, make: Callable[[App], object]) -> None:
    with pytest.raises(ConfigurationError, match="scope: got 'App'; give a Chart"):
        make(app)
