"""Where images may come from, told by whoever runs the platform."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cdk8s import Chart

from constructs_lib import (
    ApiTier,
    BlueGreen,
    Canary,
    Color,
    ConfigurationError,
    Container,
    Namespace,
    SecurityBaseline,
    VirtualServer,
    Workload,
)
from constructs_lib.facts import Facts
from constructs_lib.security import Registries
from tests.tiers.ends import HOST

APP = Namespace(name="app")
IMAGE = "registry.example.com/shop/api:2.0.3"
FOREIGN = "registry.example.org/shop/api:2.0.4"
SHOP = Registries(allowed=("registry.example.com/shop", "registry.example.com:5000"))


@pytest.mark.parametrize(
    ("image", "known"),
    [
        (IMAGE, True),
        ("registry.example.com:5000/tools/debug:1.0.0", True),
        ("registry.example.com/shopkeeper/api:2.0.3", False),
        ("registry.example.com/tools/debug:1.0.0", False),
        ("registry.example.com.evil.example/shop/api:2.0.3", False),
        ("nginx:1.31.0", False),
    ],
)
def test_images_are_known_by_where_they_come_from(image: str, *, known: bool) -> None:
    assert (list(SHOP.problems([image])) == []) is known


def test_facts_tell_the_images_of_all_tracks(chart: Chart) -> None:
    container = Container(image=IMAGE)
    rolling = ApiTier(chart, "rolling", container=container)
    canary = ApiTier(
        chart,
        "canary",
        container=container,
        host=replace(HOST, renderer=VirtualServer()),
        workload=Workload(rollout=Canary(image=FOREIGN)),
    )
    colors = BlueGreen(active=Color.GREEN, green=FOREIGN)
    blue_green = ApiTier(chart, "colors", container=container, workload=Workload(rollout=colors))
    assert rolling.facts.images == (IMAGE,)
    assert canary.facts.images == (IMAGE, FOREIGN)
    assert blue_green.facts.images == (FOREIGN, IMAGE)


def test_fails_on_a_foreign_image(chart: Chart, cluster: Chart) -> None:
    api = ApiTier(
        chart,
        "api",
        container=Container(image=IMAGE),
        workload=Workload(rollout=BlueGreen(active=Color.BLUE, green=FOREIGN)),
    )
    with pytest.raises(ConfigurationError) as problem:
        SecurityBaseline(cluster, "baseline", namespaces=[APP], constructs=[api], registries=SHOP)
    assert str(problem.value) == (
        f"image: got '{FOREIGN}'; use one below registry.example.com/shop, "
        "registry.example.com:5000 (Registries.allowed)"
    )


def test_foreign_images_are_let_through_where_nobody_says_otherwise(cluster: Chart) -> None:
    SecurityBaseline(
        cluster, "baseline", namespaces=[APP], constructs=[Facts(images=(FOREIGN, FOREIGN))]
    )


def test_an_image_is_named_once() -> None:
    assert len(list(SHOP.problems([FOREIGN, FOREIGN]))) == 1


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ((), "name at least one"),
        (("shop/web",), "write 'registry.example.com'"),
        (("registry.example.com/",), "write 'registry.example.com'"),
        (("https://registry.example.com",), "write 'registry.example.com'"),
        (("registry.example.com/'] || true",), "write 'registry.example.com'"),
        (("registry.example.com", "registry.example.com"), "name each only once"),
    ],
)
def test_fails_on_what_is_no_registry(allowed: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Registries(allowed=allowed)
