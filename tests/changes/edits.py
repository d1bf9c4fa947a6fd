"""Edits of main.py and its settings, as somebody would make them, and what is written for them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from cdk8s import App, Testing

from constructs_lib import Outside, Port
from constructs_lib.postgres import PostgresImage, PostgresImages
from constructs_lib.rollouts import Autoscaling
from environments import BULK, MANAGED_BROKER, PRODUCTION, Images, Settings

ROOT = Path(__file__).parents[2]
Object = dict[str, Any]


def as_it_is() -> list[Object]:
    """Return what main.py writes."""
    return _made(PRODUCTION)


def another_image() -> list[Object]:
    """The web tier in another version."""
    image = PRODUCTION.images.web.replace("1.4.2", "1.5.0").replace("2f1b", "3a2c")
    return _made(replace(PRODUCTION, images=replace(PRODUCTION.images, web=image)))


def fewer_pods() -> list[Object]:
    """Two web pods at least in place of three."""
    return _made(replace(PRODUCTION, web_scaling=Autoscaling(min_replicas=2)))


def a_tier_renamed() -> list[Object]:
    """The web tier under another name."""
    return _made(PRODUCTION, ('        "web",\n', '        "frontend",\n'))


def a_tier_removed() -> list[Object]:
    """The websocket tier is built nowhere."""
    return _made(
        PRODUCTION,
        (" socket, web,", " web,"),
        ('chart("30-socket")', 'Chart(App(), "30-socket", namespace="app")'),
    )


def another_storage_class() -> list[Object]:
    """The volumes of the database in another class."""
    return _made(replace(PRODUCTION, database=replace(PRODUCTION.database, data=BULK)))


def another_host() -> list[Object]:
    """The shop under another domain."""
    return _made(replace(PRODUCTION, domain="store.example.com"))


def a_broker_elsewhere() -> list[Object]:
    """The broker somewhere in the network of the nodes."""
    port = Port(name="redis", number=6379)
    inside = Outside(name="redis", cidrs=("10.0.0.0/8",), ports=(port,))
    return _made(replace(PRODUCTION, broker=replace(MANAGED_BROKER, target=inside)))


def a_group_more() -> list[Object]:
    """Contractors may look at everything."""
    viewer = "Viewer(groups=(groups.viewers, "
    return _made(PRODUCTION, (viewer, f'{viewer}"shop-contractors", '))


def a_namespace_renamed() -> list[Object]:
    """The namespace of the logs under another name."""
    return _made(PRODUCTION, ('Namespace(name="logging")', 'Namespace(name="logs")'))


def another_major_version() -> list[Object]:
    """PostgreSQL 19, over the files of 18."""
    server = PostgresImage(
        image="registry.example.com/postgresql:19.1.0",
        version=19,
        bin_directory="/usr/pgsql-19/bin",
    )
    images: Images = replace(PRODUCTION.images, postgres=PostgresImages(server=server))
    return _made(replace(PRODUCTION, images=images))


EDITS: tuple[Callable[[], list[Object]], ...] = (
    another_image,
    fewer_pods,
    a_tier_renamed,
    a_tier_removed,
    another_storage_class,
    another_host,
    a_broker_elsewhere,
    a_group_more,
    a_namespace_renamed,
    another_major_version,
)


def _made(settings: Settings, *edits: tuple[str, str]) -> list[Object]:
    app = App()
    _program(edits).platform(app, settings)
    charts = sorted(app.charts, key=lambda chart: chart.node.path)
    return [manifest for chart in charts for manifest in Testing.synth(chart)]


@cache
def _program(edits: tuple[tuple[str, str], ...]) -> ModuleType:
    text = (ROOT / "main.py").read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    program = ModuleType(f"edited_main_{len(sys.modules)}")
    # Dataclasses look for the module of their class.
    sys.modules[program.__name__] = program
    exec(compile(text, "main.py", "exec"), program.__dict__)  # noqa: S102 - our own program
    return program
