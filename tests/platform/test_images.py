"""What runs is named by its digest, and the image of everything stands in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App

from constructs_lib import ConfigurationBackup, FallbackPage, VolumeSnapshots
from constructs_lib.manifests.fields import field
from constructs_lib.manifests.platform import Platform
from constructs_lib.observability import ObservabilityImages
from constructs_lib.postgres import PostgresImage, PostgresImages
from constructs_lib.testing import manifests
from environments import Images, Settings
from main import platform
from tests.platform.shop import Shop

_DIGEST = re.compile(r":[^@]+@sha256:[0-9a-f]{64}")
# The docstrings of the images say why. One that gets its digest leaves this list.
_BY_TAG = {
    "docker.elastic.co/beats/filebeat:9.5.2",
    "docker.elastic.co/kibana/kibana:9.5.2",
    "docker.elastic.co/logstash/logstash:9.5.2",
    "docker.io/percona/percona-pgbouncer:1.25.2-6",
    "quay.io/prometheuscommunity/pgbouncer-exporter:v0.11.0",
    "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0",
}


def _run(objects: Sequence[dict[str, Any]]) -> set[str]:
    workloads = Platform(objects).workloads
    containers = [container for each in workloads for container in each.all_containers]
    return {field(container, "image", default="") for container in containers}


def test_every_container_has_a_digest_but_those_that_are_named(shop: Shop) -> None:
    by_tag = {image for image in _run(shop.objects) if not _DIGEST.search(image)}
    assert by_tag == _BY_TAG


@pytest.mark.parametrize(
    "made", [ConfigurationBackup.__init__, FallbackPage.__init__, VolumeSnapshots.__init__]
)
def test_what_a_construct_runs_by_default_has_a_digest(made: Callable[..., None]) -> None:
    assert _DIGEST.search(signature(made).parameters["image"].default)


@pytest.mark.mission("B119")
@pytest.mark.mission("B121")
def test_no_image_runs_that_is_not_in_images(tmp_path: Path) -> None:
    mirror = "registry.example.com/mirror"

    def mirrored(name: str) -> str:
        return f"{mirror}/{name}:1.0.0"

    images = Images(
        web=mirrored("web"),
        api=mirrored("api"),
        socket=mirrored("socket"),
        postgres=PostgresImages(
            server=PostgresImage(image=mirrored("server")),
            pgbouncer=mirrored("pgbouncer"),
            haproxy=mirrored("haproxy"),
            exporter=mirrored("exporter"),
            pooler_exporter=mirrored("pooler_exporter"),
        ),
        observability=ObservabilityImages(
            **{each.name: mirrored(each.name) for each in fields(ObservabilityImages)}
        ),
        configuration_backup=mirrored("configuration_backup"),
    )
    app = App(outdir=str(tmp_path))
    platform(app, Settings(images=images))
    ran = _run(manifests(app))
    assert {image for image in ran if not image.startswith(mirror)} == set()
