"""An upgrade of one version changes what runs it, and nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from cdk8s import App, Chart, Yaml

from constructs_lib.manifests.platform import describe
from constructs_lib.observability import ObservabilityImages
from constructs_lib.pods.image import version_of
from constructs_lib.postgres import PostgresImage, PostgresImages
from constructs_lib.testing import manifests
from tests.observability.prometheus.ends import stack
from tests.postgres.ends import cluster


def _database(**arguments: Any) -> Chart:  # noqa: ANN401
    chart = Chart(App(), "database", namespace="app")
    cluster(chart, **arguments)
    return chart


def _watching(**arguments: Any) -> Chart:  # noqa: ANN401
    chart, _ = stack(App(), **arguments)
    return chart


SERVER = "registry.example.com/mirror/postgresql:18.7.0"


@pytest.mark.mission("B119")
@pytest.mark.parametrize(
    ("make", "images", "new", "changed"),
    [
        (
            _database,
            PostgresImages(server=PostgresImage(image=SERVER)),
            SERVER,
            {
                "StatefulSet app/postgres",
                "CronJob app/postgres-backup-differential",
                "CronJob app/postgres-backup-full",
                "CronJob app/postgres-reindex",
                "CronJob app/postgres-restore-drill",
                "CronJob app/postgres-vacuum",
                "CronJob app/postgres-verification",
            },
        ),
        (
            _database,
            PostgresImages(pgbouncer="registry.example.com/mirror/pgbouncer:1.25.3"),
            "registry.example.com/mirror/pgbouncer:1.25.3",
            {"Deployment app/postgres-rw", "Deployment app/postgres-ro"},
        ),
        (
            _watching,
            ObservabilityImages(grafana="registry.example.com/mirror/grafana:13.2.1"),
            "registry.example.com/mirror/grafana:13.2.1",
            # The jobs that look at certificates have its image.
            {
                "CronJob agents/certificates-agents",
                "CronJob logging/certificates-logging",
                "StatefulSet monitoring/grafana",
            },
        ),
    ],
    ids=["postgres", "pgbouncer", "grafana"],
)
@pytest.mark.mission("B118")
def test_an_image(make: Callable[..., Chart], images: object, new: str, changed: set[str]) -> None:
    before, after = _written(manifests(make())), _written(manifests(make(images=images)))
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == changed
    for name in changed:
        for line in _added(before[name], after[name]):
            assert any(f"{told}: {new}" in line for told in ("image", "change-cause")) or (
                line.strip() == f"app.kubernetes.io/version: {version_of(new)}"
            )


def _written(objects: Iterable[dict[str, Any]]) -> dict[str, str]:
    return {describe(each): Yaml.stringify(each) for each in objects}


def _added(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[2:] for line in lines if line.startswith("+ ")]
