"""The configuration of the reference platform, and the programs that read it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configuration.programs import debian, elasticsearch, golang
from tests.configuration.programs.certificate import sign

ROOT = Path(__file__).parents[2]


def _needs(lack: str | None) -> None:
    """Skip where a developer's machine lacks something; fail where nobody would see that."""
    if lack is not None:
        if os.environ.get("CI"):
            pytest.fail(f"this needs {lack}")
        pytest.skip(f"this needs {lack}")


@pytest.fixture(scope="session")
def objects() -> Sequence[Mapping[str, Any]]:
    """Return all objects of the platform."""
    return [
        manifest
        for path in sorted((ROOT / "dist").glob("*.yaml"))
        for manifest in yaml.safe_load_all(path.read_text())
    ]


@pytest.fixture(scope="session")
def files(objects: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, str]]:
    """Return the files of each ConfigMap of the platform, by its name."""
    return {
        manifest["metadata"]["name"]: manifest["data"]
        for manifest in objects
        if manifest["kind"] == "ConfigMap"
    }


@pytest.fixture(scope="session")
def system() -> debian.Debian:
    """Return a system with the programs of Debian."""
    _needs(debian.missing())
    return debian.debian()


@pytest.fixture(scope="session")
def old_system() -> debian.Debian:
    """Return a system with an old PostgreSQL."""
    _needs(debian.missing())
    return debian.debian(debian.OLD)


@pytest.fixture(scope="session")
def go() -> None:
    """Need what builds programs of Go."""
    _needs(golang.missing())


@pytest.fixture
def folder(system: debian.Debian) -> Iterator[Path]:
    """Give a folder inside of that system."""
    with system.folder() as path:
        yield path


@pytest.fixture(scope="session")
def java() -> None:
    """Need what Elasticsearch is got and run with."""
    _needs(elasticsearch.missing())


@pytest.fixture(scope="session")
def search(java: None) -> Iterator[elasticsearch.Elasticsearch]:
    """Give an Elasticsearch that runs."""
    with elasticsearch.elasticsearch() as node:
        yield node


@pytest.fixture
def certificate(folder: Path) -> Path:
    """Return a folder with a certificate that its own authority signed."""
    tls = folder / "tls"
    tls.mkdir()
    sign(tls)
    return tls


@pytest.fixture
def owned(system: debian.Debian, folder: Path) -> Path:
    """Return the folder, given to the user of PostgreSQL."""
    system.run("chown", "-R", "postgres:postgres", system.inside(folder))
    return folder
