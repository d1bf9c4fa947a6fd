"""The images of the suite: what each is made of, and its reference, which changes with that.

Those of others come from registries elsewhere; here they are made of what package indexes have.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.cluster import machine
from tests.configuration.programs import (
    elasticsearch,
    elasticsearch_exporter,
    filebeat,
    kube_state_metrics,
    lumberjack,
    prometheus_adapter,
)
from tests.configuration.programs.golang import GoProgram
from tests.configuration.programs.object_store import VERSITYGW

_REGISTRY = "registry.example.com/shop"
_FOLDERS = Path(__file__).with_name("images")
_APPS = Path(__file__).parents[2] / "examples" / "apps"
_FROM = re.compile(r"^FROM (\S+)", re.MULTILINE)
_BASES = {
    "docker.io/library/node:22-trixie-slim": _FOLDERS / "node",
    "docker.io/library/python:3.13-slim-trixie": _FOLDERS / "python",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """A file or folder of a build context that is made first.

    Args:
        what: says all that it is made of, so that another one has another reference.
        get: returns it, and makes it on first use.
    """

    what: str
    get: Callable[[], Path]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What an image is made of.

    Args:
        folder: its Dockerfile and what is copied from beside it.
        texts: further files, by their names there.
        built: others that are made first.
    """

    folder: Path
    texts: Mapping[str, str] = field(default_factory=dict)
    built: Mapping[str, Built] = field(default_factory=dict)

    def digest(self) -> str:
        """Return what changes with anything that the image is made of."""
        made = hashlib.sha256()
        for path in sorted(_files(self.folder)):
            made.update(f"{path.relative_to(self.folder)} {path.stat().st_mode:o} ".encode())
            made.update(path.read_bytes())
        made.update(repr(sorted(self.texts.items())).encode())
        made.update(repr([(name, self.built[name].what) for name in sorted(self.built)]).encode())
        for base in self.bases():
            made.update(Source(folder=_BASES[base]).digest().encode())
        return made.hexdigest()[:12]

    def bases(self) -> tuple[str, ...]:
        """Return the images that it starts from and that are made here too."""
        if machine.HAS_REGISTRY:
            return ()
        started_from = set(_FROM.findall((self.folder / "Dockerfile").read_text()))
        return tuple(base for base in _BASES if base in started_from)

    def build(self, reference: str) -> None:
        """Build it, after those that it starts from, and give it to all nodes."""
        for base in self.bases():
            _build_base(base)
        with tempfile.TemporaryDirectory() as scratch:
            context = Path(scratch) / "context"
            shutil.copytree(self.folder, context, ignore=shutil.ignore_patterns(*_LEFT_OUT))
            for name, text in self.texts.items():
                (context / name).write_text(text)
            for name, built in self.built.items():
                path = built.get()
                (shutil.copytree if path.is_dir() else shutil.copy)(path, context / name)
            machine.build(context, reference)


@cache
def _build_base(base: str) -> None:
    """Build an image that others start from: once, however many do."""
    Source(folder=_BASES[base]).build(base)


_LEFT_OUT = ("__pycache__", "node_modules", ".next")


def _files(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(_LEFT_OUT)
    )


def _go(program: GoProgram) -> Built:
    return Built(what=repr(program), get=program.path)


def _go_program(program: GoProgram) -> Source:
    return Source(folder=_FOLDERS / "go-program", built={"program": _go(program)})


def _debian_program(package: str) -> Source:
    return Source(folder=_FOLDERS / "debian-program", texts={"program": package})


CONTOUR = GoProgram(
    name="contour",
    module="github.com/projectcontour/contour",
    version="v1.33.8",
    package="cmd/contour",
)
_PROMETHEUS = GoProgram(
    name="prometheus",
    module="github.com/prometheus/prometheus",
    version="v0.313.2",  # of Prometheus 3.13.2
    package="cmd/prometheus",
    tags=("remove_all_sd", "enable_kubernetes_sd"),
)
_VEGETA = GoProgram(name="vegeta", module="github.com/tsenart/vegeta/v12", version="v12.13.0")

# A version with a change of the schema.
_MIGRATION = """
import sys
import time
from database import connect
_THERE = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'"
with connect() as connection:
    if sys.argv[1:] == ["--check"]:
        sys.exit(connection.execute(_THERE).fetchone() != (1,))
    time.sleep({seconds})
    connection.execute("ALTER TABLE {table} ADD COLUMN note text")
"""

SOURCES: Mapping[str, Source] = {
    **{name: Source(folder=_APPS / name) for name in ("api", "socket", "web")},
    # Ready as ever, but its page fails.
    "web-broken": Source(
        folder=_APPS / "web",
        texts={
            "app/page.js": "import { connection } from 'next/server'\n"
            "export default async function Page() {\n"
            "  await connection()\n"
            "  throw new Error('a bad release')\n"
            "}\n"
        },
    ),
    **{
        name: Source(
            folder=_APPS / "api",
            texts={"tables.py": _MIGRATION.format(table=table, seconds=seconds)},
        )
        # One takes long enough to be watched, one fails.
        for name, table, seconds in (("api-next", "orders", 60), ("api-failing", "nowhere", 0))
    },
    "database": Source(folder=_FOLDERS / "database"),
    "alertmanager": _debian_program("prometheus-alertmanager"),
    "blackbox": _debian_program("prometheus-blackbox-exporter"),
    "node-exporter": _debian_program("prometheus-node-exporter"),
    "postgres-exporter": _debian_program("prometheus-postgres-exporter"),
    "pgbouncer-exporter": _debian_program("prometheus-pgbouncer-exporter"),
    "contour": Source(folder=_FOLDERS / "contour", built={"contour": _go(CONTOUR)}),
    "envoy": Source(folder=_FOLDERS / "envoy"),
    "object-store": Source(folder=_FOLDERS / "object-store", built={"versitygw": _go(VERSITYGW)}),
    "prometheus": _go_program(_PROMETHEUS),
    "kube-state-metrics": _go_program(kube_state_metrics.PROGRAM),
    "prometheus-adapter": _go_program(prometheus_adapter.PROGRAM),
    "elasticsearch-exporter": _go_program(elasticsearch_exporter.PROGRAM),
    "elasticsearch": Source(
        folder=_FOLDERS / "elasticsearch",
        built={
            "elasticsearch": Built(what=elasticsearch.VERSION, get=elasticsearch.installed),
        },
    ),
    "filebeat": Source(folder=_FOLDERS / "filebeat", built={"filebeat": _go(filebeat.PROGRAM)}),
    "stand-in": Source(
        folder=_FOLDERS / "stand-in",
        texts={"lumberjack.py": Path(lumberjack.__file__).read_text()},
    ),
    "tools": Source(folder=_FOLDERS / "tools", built={"vegeta": _go(_VEGETA)}),
}


@cache
def reference(name: str) -> str:
    """Return the reference of an image, which may not be there yet."""
    return f"{_REGISTRY}/{name}:{SOURCES[name].digest()}"


def build(names: Iterable[str] = SOURCES) -> None:
    """Build those of these images that a node lacks."""
    there = machine.images()
    for name in names:
        if reference(name) not in there:
            SOURCES[name].build(reference(name))
