"""The templates for reviews, run as GitHub, GitLab and git run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.changes.test_command import LIBRARY, REFUSED, SHOP, git, write

TEMPLATES = LIBRARY / "examples" / "reviews"
INSTALL = "python -m pip install --requirement requirements.txt"


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(  # noqa: S603
        ["bash", "-e", "-c", script],  # noqa: S607
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(LIBRARY), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """Return a repository with a change that needs acceptance, and a main that went on."""
    folder = tmp_path / "repository"
    folder.mkdir()
    write(folder, SHOP)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    git(folder, "checkout", "--quiet", "-b", "work")
    write(folder, REFUSED)
    git(folder, "commit", "--quiet", "--all", "--message=second")
    git(folder, "checkout", "--quiet", "main")
    (folder / "dist" / "20-other.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: other, namespace: app}}"
    )
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=third")
    git(folder, "checkout", "--quiet", "work")
    return folder


def acceptance(said: str) -> str:
    line = re.search(r"Accepts: .*REASON", said)
    assert line, said
    return f"Why.\n\n{line[0].replace('REASON', 'moved by hand')}"


def test_a_pull_request_on_github(branch: Path, tmp_path: Path) -> None:
    steps = yaml.safe_load((TEMPLATES / "github" / "changes.yaml").read_text())["jobs"]["changes"][
        "steps"
    ]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert steps[2]["run"] == INSTALL
    step, summary = steps[3], tmp_path / "summary.md"
    assert set(step["env"]) == {"BASE", "TEXT"}
    given = {"RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(summary), "BASE": "main"}
    done = shell(branch, step["run"], TEXT="`no` $(trailer)", **given)
    assert (done.returncode, done.stderr) == (1, "")
    # What main gained meanwhile is no part of the change.
    assert re.fullmatch(
        r"::error file=dist/10-shop.yaml,line=1,title=refused%3A Deployment app/shop::.*"
        r"%0AAccepts: refused Deployment app/shop \w{6} -- REASON\n",
        done.stdout,
    )
    assert "| **refused** | Deployment app/shop" in summary.read_text()
    text = acceptance(summary.read_text())
    done = shell(branch, step["run"], TEXT=text, **given)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("::warning ")


def test_a_merge_request_on_gitlab(branch: Path) -> None:
    job = yaml.safe_load((TEMPLATES / "gitlab" / "changes.yaml").read_text())["changes"]
    install, *script = job["script"]
    assert install == INSTALL
    base = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "main"}
    done = shell(branch, "\n".join(script), CI_MERGE_REQUEST_DESCRIPTION="", **base)
    assert done.returncode == 1
    report = json.loads((branch / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [each["check_name"] for each in report] == ["refused"]
    text = acceptance(done.stdout)
    done = shell(branch, "\n".join(script), CI_MERGE_REQUEST_DESCRIPTION=text, **base)
    assert done.returncode == 0
    assert "✓ accepted: refused Deployment app/shop -- moved by hand" in done.stdout


def test_a_push_with_the_hook(branch: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    git(branch, "remote", "add", "origin", str(tmp_path / "remote"))
    git(branch, "push", "--quiet", "origin", "main")
    shutil.copy(TEMPLATES / "git" / "pre-push", branch / ".git" / "hooks" / "pre-push")
    done = shell(branch, "git push --quiet origin work")
    assert done.returncode == 1
    message = tmp_path / "message"
    message.write_text(acceptance(done.stdout))
    git(branch, "commit", "--quiet", "--allow-empty", f"--file={message}")
    assert shell(branch, "git push --quiet origin work").returncode == 0


def test_unrelated_histories_are_one_line_and_status_2(branch: Path) -> None:
    git(branch, "checkout", "--quiet", "--orphan", "alone")
    git(branch, "commit", "--quiet", "--message=alone")
    done = shell(branch, "constructs-lib changes main...")
    assert done.returncode == 2
    assert "has a commit in common with HEAD" in done.stderr.splitlines()[-1]
