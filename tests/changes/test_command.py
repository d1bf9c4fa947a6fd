"""The command reads trees from git, folders and standard input, and its status counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.changes.cases import patched, world

LIBRARY = Path(__file__).parents[2]
SHOP = world()["Deployment shop"]
SELECTOR = {"spec": {"selector": {"matchLabels": {"team": "a"}}}}
PODS = {"spec": {"template": {"metadata": {"labels": {"team": "a"}}}}}
REFUSED = patched(patched(SHOP, SELECTOR), PODS)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def changes(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "constructs_lib.changes", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY), "COLUMNS": "100"},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *arguments: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(  # noqa: S603
        ["git", *options, *arguments],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
    )


def write(folder: Path, *manifests: object, name: str = "dist") -> Path:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "10-shop.yaml").write_text(yaml.safe_dump_all(manifests))
    return folder / name


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path, SHOP)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    return tmp_path


def test_nothing_changes_between_head_and_the_same_files(repository: Path) -> None:
    done = changes(repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert "HEAD → working tree     1 object, nothing changes" in done.stdout


def test_the_working_tree_is_held_against_head(repository: Path) -> None:
    write(repository, REFUSED)
    done = changes(repository)
    assert done.returncode == 1
    assert "refused       Deployment app/shop" in done.stdout
    assert "dist/10-shop.yaml:1" in done.stdout
    assert changes(repository, "--fail-on", "nothing").returncode == 0
    assert changes(repository, "--fail-on", "loses-data").returncode == 0


@pytest.mark.parametrize("range_", ["main..", "main..work", "main"])
def test_a_trailer_accepts(repository: Path, range_: str) -> None:
    git(repository, "checkout", "--quiet", "-b", "work")
    write(repository, REFUSED)
    git(repository, "commit", "--quiet", "--all", "--message=second")
    done = changes(repository, range_)
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if "Accepts: " in line).strip()
    accepted = f"third\n\n{line.replace('REASON', 'moved by hand')}"
    git(repository, "commit", "--quiet", "--allow-empty", f"--message={accepted}")
    done = changes(repository, range_)
    assert (done.returncode, "✓ accepted: refused Deployment app/shop -- moved by hand") == (
        0,
        next(line.strip() for line in done.stdout.splitlines() if "accepted" in line),
    )


def test_a_trailer_for_other_content_or_nothing_is_an_error(repository: Path) -> None:
    write(repository, REFUSED)
    message = repository / "message"
    message.write_text(
        "a title\n\nAccepts: refused Deployment app/shop 000000 -- why\n"
        "Accepts: refused Deployment app/none 000000 -- why\n"
        "Accepts: refused Deployment app/shop\n"
        "Accepts: loses-data Deployment app/shop 000000 -- why\n"
    )
    done = changes(repository, "--message", str(message))
    assert done.returncode == 1
    assert "is another change than 000000 was accepted for" in done.stdout
    assert "refused Deployment app/none 000000 accepts nothing: take it out" in done.stdout
    assert "not an acceptance: 'refused Deployment app/shop'" in done.stdout
    assert "no reason: 'loses-data Deployment app/shop 000000 -- why'" in done.stdout


def test_two_folders_and_two_files(tmp_path: Path) -> None:
    old, new = write(tmp_path, SHOP, name="old"), write(tmp_path, REFUSED, name="new")
    assert changes(tmp_path, str(old), str(new)).returncode == 1
    assert changes(tmp_path, str(old / "10-shop.yaml"), str(old / "10-shop.yaml")).returncode == 0


def test_what_lives_is_held_against_a_folder(tmp_path: Path) -> None:
    folder = write(tmp_path, patched(SHOP, {"spec": {"template": {"spec": {"hostname": "a"}}}}))
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(SHOP)}
    lives = patched(SHOP, {"metadata": {"annotations": last, "uid": "1"}, "spec": {"replicas": 7}})
    listed = yaml.safe_dump({"kind": "List", "apiVersion": "v1", "items": [lives]})
    done = changes(tmp_path, "-", str(folder), "--format", "json", text=listed)
    found = json.loads(done.stdout)["objects"][0]["verdicts"]
    # Somebody scaled it by hand, and the apply takes that back.
    assert [each["verdict"] for each in found] == ["weakens", "restarts"]
    assert found[0]["fields"] == [{"path": "spec.replicas", "before": 7, "after": 3}]


def lives(manifest: dict[str, object], **spec: object) -> str:
    """Return what `kubectl get` writes of an object that somebody changed by hand."""
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(manifest)}
    kept = {"annotations": last, "uid": "1", "generation": 4, "labels": {"newer": "field"}}
    live = patched(manifest, {"metadata": kept, "spec": {**spec, "ofAnotherVersion": 1}})
    return yaml.safe_dump({"kind": "List", "apiVersion": "v1", "items": [live]})


def test_what_others_changed_is_taken_back_or_told(tmp_path: Path) -> None:
    folder = write(tmp_path, SHOP)
    by_hand = lives(SHOP, replicas=1, template={"spec": {"hostNetwork": True}})
    done = changes(tmp_path, "-", str(folder), "--format", "json", text=by_hand)
    found = json.loads(done.stdout)["objects"][0]
    assert (found["outcome"], found["verdict"]) == ("updated", "ignored")
    drift = found["verdicts"][0]
    assert "somebody set it on what lives" in drift["why"]
    assert [each["path"] for each in drift["fields"]] == [
        "metadata.labels.newer",
        "spec.template.spec.hostNetwork",
    ]


def test_what_only_others_set_is_no_update(tmp_path: Path) -> None:
    folder = write(tmp_path, SHOP)
    done = changes(tmp_path, "-", str(folder), "--format", "json", text=lives(SHOP))
    assert json.loads(done.stdout)["objects"][0]["outcome"] == "unchanged"


def test_what_nobody_touched_is_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, SHOP)
    by_nobody = lives(SHOP).replace("newer: field", "app: shop")
    done = changes(tmp_path, "-", str(folder), text=by_nobody)
    assert "1 object, nothing changes" in done.stdout


def test_values_of_secrets_are_shown_nowhere(tmp_path: Path) -> None:
    secret = world()["Secret keys"]
    old = write(tmp_path, secret, name="old")
    new = write(tmp_path, patched(secret, {"stringData": {"one": "hidden-value"}}), name="new")
    for form in ("text", "json"):
        done = changes(tmp_path, str(old), str(new), "--format", form, "-v")
        assert "data.one" in done.stdout
        assert "hidden-value" not in done.stdout
        assert "first" not in done.stdout
        assert "aGlkZGVuLXZhbHVl" not in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: [", "dist/10-shop.yaml:2"),
        ("- a\n", "let each document be a manifest"),
        (yaml.safe_dump_all([SHOP, SHOP]), "write each object once; it is in dist/10-shop.yaml:1"),
        ("kind: A\nmetadata: {name: a}\n", "let it have apiVersion, kind and metadata.name"),
        ("apiVersion: v1\nkind: A\n", "let it have apiVersion, kind and metadata.name"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_status_2(
    repository: Path, text: str, told: str
) -> None:
    (repository / "dist" / "10-shop.yaml").write_text(text)
    done = changes(repository)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["unknown.."], "REVISION: got 'unknown'; name a commit, a branch or a tag"),
        (["--folder", "none"], "name a revision that has manifests in none/"),
        (["a", "b", "c"], "name a revision, a range or two paths"),
        (["--kubernetes", "new"], "write one such as 1.37"),
        (["--kubernetes", "1.34-1.29"], "name the oldest first"),
        (["none", "dist"], "name a manifest or a folder that holds some"),
    ],
)
def test_what_is_not_there_is_one_line_and_status_2(
    repository: Path, arguments: list[str], told: str
) -> None:
    done = changes(repository, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("versions", "verdict"),
    [("1.29", "refused"), ("1.29-1.32", "refused"), ("1.33", "later"), ("1.27-1.37", "later")],
)
def test_the_newest_version_judges(tmp_path: Path, versions: str, verdict: str) -> None:
    store = world()["StatefulSet store"]
    old = write(tmp_path, store, name="old")
    new = write(tmp_path, patched(store, {"spec": {"revisionHistoryLimit": 3}}), name="new")
    done = changes(tmp_path, str(old), str(new), "--kubernetes", versions, "--format", "json")
    assert json.loads(done.stdout)["worst"] == verdict
    assert json.loads(done.stdout)["kubernetes"] == [versions[:4], versions[-4:]]


def test_a_folder_without_git_has_no_revision(tmp_path: Path) -> None:
    write(tmp_path, SHOP)
    done = changes(tmp_path)
    assert done.returncode == 2
    assert "run it in a repository of git, or name two folders or files" in done.stderr


def test_what_stays_is_written_for_kubectl_delete(repository: Path) -> None:
    write(repository, world()["DaemonSet agent"])
    done = changes(repository, "--format", "left-behind")
    assert [each["metadata"]["name"] for each in yaml.safe_load_all(done.stdout)] == ["shop"]


def test_what_lives_is_what_is_written_without_a_namespace(tmp_path: Path) -> None:
    written = patched(SHOP, {"metadata": {"namespace": None}})
    done = changes(tmp_path, "-", str(write(tmp_path, written)), text=lives(SHOP))
    assert "1 object, nothing changes" in done.stdout or "metadata.labels.newer" in done.stdout
    assert "left-behind" not in done.stdout


@pytest.mark.parametrize(("way", "verdict"), [("--server-side", "refused"), ("-v", "weakens")])
def test_what_somebody_else_set_conflicts_on_the_server(
    tmp_path: Path, way: str, verdict: str
) -> None:
    folder = write(tmp_path, patched(SHOP, {"spec": {"replicas": 4}}))
    scaled = lives(SHOP, replicas=7)
    done = changes(tmp_path, "-", str(folder), way, "--format", "json", text=scaled)
    assert verdict in {
        each["verdict"] for each in json.loads(done.stdout)["objects"][0]["verdicts"]
    }
