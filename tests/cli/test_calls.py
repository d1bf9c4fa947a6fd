"""`constructs-lib calls` writes a script that tells which calls work."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from constructs_lib.cli.__main__ import main
from constructs_lib.manifests.files import read
from constructs_lib.testing import reachability

DIST = Path(__file__).parents[2] / "dist"
# In place of a cluster: a pod is a process of this machine.
KUBECTL = """\
#!/bin/sh
echo "$*" >> asked
case "$*" in
  *podIP*) echo 192.0.2.7 ;;
  "get pods"*) echo pod/one ;;
  "debug"*)
    while [ "$1" != -- ]; do shift; done
    shift
    "$@" > log
    echo $? > code ;;
  "get"*) cat code ;;
  "logs"*) cat log ;;
esac
"""
NC = """\
#!/bin/sh
! grep -qx "$4 $5" closed
"""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    for name, text in (("kubectl", KUBECTL), ("nc", NC), ("closed", "")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    main(["calls", str(DIST), "--image", "registry.example.com/tools/debug:1.0.0"])
    return capsys.readouterr().out


def run(script: str, folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        ("sh",),  # noqa: S607
        check=False,
        cwd=folder,
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        input=script,
        capture_output=True,
        text=True,
    )
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


@pytest.mark.mission("B132")
def test_each_declared_call_is_tried_or_said_not_to_be(script: str, tmp_path: Path) -> None:
    code, lines = run(script, tmp_path)
    assert code == 0
    works = {line.removesuffix(" works") for line in lines if line.endswith(" works")}
    left_out = {line.split(": ")[1] for line in script.splitlines() if line[:11] == "# not tried"}
    declared = {
        f"{each.source} -> {each.target}:{each.port}" for each in reachability(list(read(DIST)))
    }
    told = works | {line.rpartition(" ")[0] for line in left_out}
    assert len(works) > 25
    assert {"app/web -> app/api:8080", "monitoring/prometheus -> app/web:9090"} <= works
    assert declared <= told


@pytest.mark.mission("B132")
def test_a_call_that_fails_is_told_by_name(script: str, tmp_path: Path) -> None:
    (tmp_path / "closed").write_text("api.app.svc 80\n192.0.2.7 9090\n")
    code, lines = run(script, tmp_path)
    assert code == 1
    failed = {line for line in lines if line.endswith("FAILS")}
    assert failed == {"app/web -> app/api:8080 FAILS"} | {
        f"monitoring/prometheus -> app/{name}:9090 FAILS" for name in ("api", "socket", "web")
    }


def test_who_calls_may_be_those_of_some_namespaces(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["calls", str(DIST), "--image", "debug:1", "--namespace", "app"])
    reports = re.findall(r"^report (\S+)", capsys.readouterr().out, re.MULTILINE)
    assert set(reports) == {"app"}
