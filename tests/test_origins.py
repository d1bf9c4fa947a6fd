"""What makes the objects of an app stands beside its manifests, and `changes` tells it."""

from __future__ import annotations

import json
import re
from inspect import currentframe
from pathlib import Path
from types import FrameType

import pytest
from cdk8s import ApiObject, App, Chart
from constructs import Construct

from constructs_lib import Container, ServiceLevel, WebTier, write_origins
from constructs_lib.changes import changes
from constructs_lib.changes.acceptance import judgement
from constructs_lib.changes.annotations import github, gitlab
from constructs_lib.changes.json_format import as_json
from constructs_lib.changes.renames import Way
from constructs_lib.changes.text import text
from constructs_lib.changes.verdicts import Verdict
from constructs_lib.origins import Origin, read_origins, text_of
from tests.tiers.ends import CONTAINER, HOST

HERE = "test_origins.py"


def line() -> int:
    """Return the line of the call."""
    frame = currentframe()
    assert isinstance(frame, FrameType)
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def written(app: App) -> dict[str, Origin]:
    app.synth()
    write_origins(app)
    return dict(read_origins(Path(app.outdir, "constructs.txt").read_text()))


def config_map(scope: Construct, id: str, name: str) -> ApiObject:
    metadata = {"name": name, "namespace": "app"}
    return ApiObject(scope, id, api_version="v1", kind="ConfigMap", metadata=metadata)


class Shop(Construct):
    """A construct of a program, which knows nothing of this library."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.line = line() + 1
        WebTier(self, "web", container=CONTAINER, host=HOST, service_level=ServiceLevel())


def test_an_object_is_told_with_the_line_of_the_program(app: App, chart: Chart) -> None:
    shop = Shop(chart, "shop")
    config_map(chart, "settings", "settings")
    found = written(app)
    deployment = found["Deployment app/web"]
    assert (deployment.path, deployment.line) == ("app/shop/web/Deployment-web", shop.line)
    assert deployment.file.endswith(HERE)
    assert found["ConfigMap app/settings"] == Origin("app", "settings", "", 0)


def test_what_is_told_comes_back_and_is_sorted() -> None:
    told = {
        "Service app/web": Origin("40-web/web", "Service-web", "main.py", 7),
        "Deployment app/web": Origin("40-web/web", "Deployment-web", "main.py", 7),
        "ConfigMap app/page": Origin("30-page", "page", "", 0),
    }
    words = text_of(told.items())
    assert words.splitlines()[1:] == [
        "",
        "30-page",
        "  ConfigMap app/page  page",
        "",
        "40-web/web  main.py:7",
        "  Deployment app/web  Deployment-web",
        "  Service app/web  Service-web",
    ]
    assert read_origins(words) == told


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders, in the latter of which a ConfigMap is called otherwise."""
    for folder, name, version in (("old", "one", "1.0.0"), ("new", "another", "2.0.0")):
        app = App(outdir=str(tmp_path / folder))
        chart = Chart(app, "app", namespace="app")
        config_map(chart, "settings", name)
        WebTier(chart, "web", container=Container(image=f"example.com/web:{version}"), host=HOST)
        written(app)
    return tmp_path / "old", tmp_path / "new"


def test_changes_tell_construct_and_line(folders: tuple[Path, Path]) -> None:
    judged = judgement(changes(*folders), Verdict.CUTS_OFF, [])
    source = Path(__file__).read_text().splitlines()
    number = next(n for n, each in enumerate(source, 1) if "image=f" in each)
    assert re.search(rf"app/web  \S*{HERE}:{number}$", text(judged), re.MULTILINE)
    document = json.loads(as_json(judged))
    web = next(each for each in document["objects"] if each["kind"] == "Deployment")
    assert web["construct"] == "app/web/Deployment-web"
    assert web["source"]["file"].endswith(HERE)
    assert web["manifest"]["file"].endswith("app.k8s.yaml")
    assert f"{HERE},line=" in github(judged)
    assert any(each["location"]["path"].endswith(HERE) for each in json.loads(gitlab(judged)))


def test_what_is_gone_is_told_where_it_was_written(folders: tuple[Path, Path]) -> None:
    gone = changes(*folders).changes
    assert [each.origin for each in gone if each.outcome.value == "left-behind"] == [
        Origin("app", "settings", "", 0)
    ]


def test_one_path_is_one_object_whatever_its_name(folders: tuple[Path, Path]) -> None:
    renames = changes(*folders).renames
    assert [(each.way, each.gone.name, each.new.name) for each in renames] == [
        (Way.RENAMED, "one", "another")
    ]
