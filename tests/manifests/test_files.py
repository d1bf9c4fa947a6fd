"""Files are read as Kubernetes reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cdk8s import Yaml

from constructs_lib.manifests.files import read

DIST = Path(__file__).parents[2] / "dist"


def test_what_cdk8s_writes_is_what_it_reads() -> None:
    files = sorted(DIST.glob("*.yaml"))
    assert list(read(DIST)) == [each for file in files for each in Yaml.load(str(file))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "kind: A\nops: [=, <<]\n"),
        ("a.yml", "---\n---\nkind: A\nops: ['=', '<<']\n---\n"),
        ("a.json", '{\n\t"kind": "A",\n\t"ops": ["=", "<<"]\n}'),
    ],
)
def test_all_forms_are_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert list(read(tmp_path)) == [{"kind": "A", "ops": ["=", "<<"]}]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2024-01-01", "2024-01-01"),
        ("12:30:45", "12:30:45"),
        ("1.27.4", "1.27.4"),
        ("y", True),
        ("Off", False),
        ("1e5", 100_000),
        ("0755", 493),
        ("~", None),
        ("{8080: a, y: b}", {"8080": "a", "true": "b"}),
        ("{<<: {a: b}, c: d}", {"a": "b", "c": "d"}),
    ],
)
def test_words_mean_what_they_mean_to_kubernetes(
    tmp_path: Path, written: str, read_as: object
) -> None:
    (tmp_path / "a.yaml").write_text(f"kind: A\nof: {written}\n")
    assert list(read(tmp_path)) == [{"kind": "A", "of": read_as}]
