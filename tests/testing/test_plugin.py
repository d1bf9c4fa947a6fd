"""The pytest plugin keeps one readable YAML file a test, and costs other tests nothing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import cdk8s
import pytest
from cdk8s_plus_27 import k8s

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

MODULE = """
import cdk8s
from cdk8s_plus_27 import k8s

def chart(tmp_path, port):
    chart = cdk8s.Chart(cdk8s.App(outdir=str(tmp_path)), "shop", namespace="app")
    spec = k8s.ServiceSpec(selector={"app": "web"}, ports=[k8s.ServicePort(port=port)])
    k8s.KubeService(chart, "Web", metadata=k8s.ObjectMeta(name="web"), spec=spec)
    return chart
"""
TEST = f"""{MODULE}
def test_web(manifest, tmp_path):
    assert chart(tmp_path, PORT) == manifest
"""
SNAPSHOT = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: app
spec:
  ports:
    - port: 80
  selector:
    app: web
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Runner:
    # The plugins that happen to be installed take seconds to start.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Runner(pytester)


class Runner:
    """Runs a test module of a consumer with the plugin."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.snapshot = pytester.path / "__snapshots__" / "test_shop" / "test_web.yaml"

    def __call__(self, source: str, *arguments: str) -> pytest.RunResult:
        self.pytester.makepyfile(test_shop=source)
        plugins = ["-p", "syrupy", "-p", "pytest_constructs_lib"]
        return self.pytester.runpytest_inprocess(*plugins, *arguments)


def test_keeps_a_readable_file(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update").assert_outcomes(passed=1)
    assert run.snapshot.read_text() == SNAPSHOT
    run(TEST.replace("PORT", "80")).assert_outcomes(passed=1)


def test_shows_a_change_as_a_diff(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update")
    result = run(TEST.replace("PORT", "81"))
    result.assert_outcomes(failed=1)
    lines = [line.removeprefix("E").strip() for line in result.outlines]
    assert "-     - port: 80" in lines
    assert "+     - port: 81" in lines
    assert run.snapshot.read_text() == SNAPSHOT


def test_accepts_a_change(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update")
    run(TEST.replace("PORT", "81"), "--snapshot-update").assert_outcomes(passed=1)
    assert run.snapshot.read_text() == SNAPSHOT.replace("80", "81")


def test_fails_without_a_file(run: Runner) -> None:
    run(TEST.replace("PORT", "80")).assert_outcomes(failed=1)
    assert not run.snapshot.exists()


def test_compares_lists_of_manifests(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update")
    run(
        TEST.replace("PORT", "80")
        .replace(
            "import cdk8s\n", "import cdk8s\nfrom constructs_lib.testing import manifests\n", 1
        )
        .replace("assert chart(tmp_path, 80)", "assert manifests(chart(tmp_path, 80))")
    ).assert_outcomes(passed=1)


def test_files_hold_the_bytes_that_synth_writes(run: Runner, tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path / "dist"))
    chart = cdk8s.Chart(app, "shop", namespace="app")
    text = "a: 'b'\n\n" + "long line " * 20 + "\n# \t trailing \n"
    k8s.KubeConfigMap(chart, "Settings", metadata=k8s.ObjectMeta(name="x"), data={"x.yml": text})
    k8s.KubeNamespace(chart, "App", metadata=k8s.ObjectMeta(name="app", labels={"on": "yes"}))
    app.synth()
    written = (tmp_path / "dist" / "shop.k8s.yaml").read_bytes().decode()

    from constructs_lib.testing.snapshots import ManifestExtension  # noqa: PLC0415

    assert ManifestExtension().serialize(chart) == written
    assert ManifestExtension().serialize(app) == written


def test_costs_other_tests_nothing() -> None:
    heavy = ("cdk8s", "constructs_lib", "jsii", "syrupy.extensions")
    program = f"import sys, pytest_constructs_lib; print(sorted(sys.modules.keys() & set({heavy})))"
    result = subprocess.run(  # noqa: S603 - a program of our own
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
