"""The typed calls that the library is measured against make the same objects, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.measure import Program
from benchmarks.subjects import Comparison, platform, tiers
from benchmarks.traces import Trace
from benchmarks.typed_calls import writable, write


def objects(program: Program) -> dict[Path, list[Any]]:
    made = program.folder / "dist"
    return {
        path.relative_to(made): [
            _typed(manifest)
            for manifest in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
        ]
        for path in made.rglob("*.k8s.yaml")
    }


def _typed(manifest: Any) -> Any:  # noqa: ANN401 - data of a manifest
    """Return a manifest without what the class of its claim templates has no fields for."""
    for template in manifest.get("spec", {}).get("volumeClaimTemplates", ()):
        for key in ("apiVersion", "kind", "status"):
            template.pop(key, None)
    return manifest


def numbers(program: Program) -> dict[str, int]:
    return {kind: len(seconds) for kind, seconds in Trace.of(program).seconds.items()}


@pytest.mark.parametrize("library", [platform, partial(tiers, count=2)], ids=["platform", "tiers"])
def test_typed_calls_make_the_same_objects(
    tmp_path: Path, library: Callable[[Path], Program]
) -> None:
    comparison = Comparison.of(library(tmp_path))
    made = objects(comparison.library)
    assert comparison.objects == sum(map(len, made.values()))
    measured = numbers(comparison.library)
    for typed in (comparison.typed, comparison.cached):
        assert numbers(typed).items() <= measured.items()
        assert objects(typed) == {path: list(map(writable, each)) for path, each in made.items()}


def test_a_kind_without_a_class_is_made_too(tmp_path: Path) -> None:
    manifest = """\
apiVersion: k8s.nginx.org/v1
kind: VirtualServer
metadata:
  labels:
    app: web
  name: web
spec:
  host: shop.example.com
  upstreams:
    - name: web
      port: 80
"""
    given = tmp_path / "given"
    given.mkdir()
    (given / "web.k8s.yaml").write_text(manifest)
    (tmp_path / "start.py").write_text(write(given, cached=False))
    Program(name="typed calls", arguments=("start.py",), folder=tmp_path).run()
    assert (tmp_path / "dist" / "web.k8s.yaml").read_text() == manifest
