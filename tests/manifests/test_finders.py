"""Objects are found by kind and name, and whoever misses one is told what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cdk8s
import pytest
from cdk8s_plus_27 import k8s

from constructs_lib.errors import ConfigurationError
from constructs_lib.testing import find, find_all, manifests

if TYPE_CHECKING:
    from pathlib import Path


def service(name: str, namespace: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
    }


ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "web"},
}
OBJECTS = [service("web", "app"), service("api", "app"), service("web", "shop"), ROLE]


def test_finds_the_one_object() -> None:
    assert find(OBJECTS, "Service", "api") is not None
    assert find(OBJECTS, "Service", "api") == OBJECTS[1]
    assert find(OBJECTS, "Service", "web", namespace="shop") == OBJECTS[2]
    assert find(OBJECTS, "ClusterRole", "web") == ROLE


def test_finds_all_objects() -> None:
    assert find_all(OBJECTS, "Service") == OBJECTS[:3]
    assert find_all(OBJECTS, "Service", "web") == [OBJECTS[0], OBJECTS[2]]
    assert find_all(OBJECTS, "Service", namespace="app") == OBJECTS[:2]
    assert find_all(OBJECTS, "Deployment") == []


def test_fails_with_the_objects_of_the_kind() -> None:
    with pytest.raises(LookupError) as error:
        find(OBJECTS, "Service", "db", namespace="app")
    assert str(error.value) == (
        "no Service app/db; there is\n  Service app/web\n  Service app/api\n  Service shop/web"
    )


def test_fails_with_all_objects_when_there_are_none_of_the_kind() -> None:
    with pytest.raises(LookupError) as error:
        find(OBJECTS[2:], "Deployment", "web")
    assert str(error.value) == "no Deployment web; there is\n  Service shop/web\n  ClusterRole web"
    with pytest.raises(LookupError, match="there is nothing"):
        find([], "Deployment", "web")


def test_fails_with_the_candidates_when_there_are_several() -> None:
    with pytest.raises(LookupError) as error:
        find(OBJECTS, "Service", "web")
    assert str(error.value) == (
        "2 objects are called Service web:\n  Service app/web\n  Service shop/web"
    )


def test_apps_charts_and_lists_are_sources(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    charts = [cdk8s.Chart(app, name, namespace=name) for name in ("app", "shop")]
    for chart in charts:
        k8s.KubeService(chart, "Web", metadata=k8s.ObjectMeta(name="web"))
    wanted = [service("web", "app"), service("web", "shop")]
    assert manifests(app) == wanted
    assert manifests(charts[1]) == wanted[1:]
    assert manifests([*manifests(app), ROLE]) == [*wanted, ROLE]


@pytest.mark.parametrize("source", [None, "web", {"kind": "Service"}, ["web"]])
def test_fails_for_what_is_no_source(source: Any) -> None:  # noqa: ANN401 - wrong on purpose
    with pytest.raises(ConfigurationError, match="hand over an App, a Chart or a list"):
        manifests(source)
