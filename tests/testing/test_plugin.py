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

    from tests.testing.conftest import Runner

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
FILE = "__snapshots__/test_shop/test_web.yaml"
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


def test_keeps_a_readable_file(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update").assert_outcomes(passed=1)
    assert run.snapshot.read_text() == SNAPSHOT
    run(TEST.replace("PORT", "80")).assert_outcomes(passed=1)


def test_shows_a_change_as_a_diff(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update")
    result = run(TEST.replace("PORT", "81"))
    result.assert_outcomes(failed=1)
    assert explained(result) == [
        f"AssertionError: 1 difference from {FILE}; `pytest --snapshot-update` accepts",
        "",
        "Service app/web",
        "   namespace: app",
        " spec:",
        "   ports:",
        "-    - port: 80",
        "+    - port: 81",
        "   selector:",
        "     app: web",
        "",
        "What an apply does:",
        "",
        " cuts-off      Service app/web",
        "               whoever calls port 80 is refused",
        "               spec.ports[80]  {protocol: TCP, port: 80, targetPort: 80} → nothing",
        "               spec.ports[81]  nothing → {protocol: TCP, port: 81, targetPort: 81}",
    ]
    assert run.snapshot.read_text() == SNAPSHOT


def test_shows_every_line_that_changes(run: Runner) -> None:
    before = """
from cdk8s import App, Chart
from constructs_lib import ApiTier, Autoscaling, Container

def tier(chart, name, version, most):
    image = f"registry.example.com/shop/{name}:{version}"
    scaling = Autoscaling(max_replicas=most)
    ApiTier(chart, name, container=Container(image=image), scaling=scaling)

def test_web(manifest, tmp_path):
    chart = Chart(App(outdir=str(tmp_path)), "shop", namespace="app")
    tier(chart, "api", "1.0.0", 10)
    tier(chart, "orders", "1.0.0", 10)
    assert chart == manifest
"""
    run(before, "--snapshot-update").assert_outcomes(passed=1)
    after = before.replace('"api", "1.0.0", 10', '"api", "1.0.1", 20')
    result = run(after.replace('"orders", "1.0.0", 10', '"orders", "1.0.0", 101'))
    result.assert_outcomes(failed=1)
    shown = [" ".join(line.split()) for line in explained(result) if line[:1] not in {" ", "."}]
    assert shown[1:] == [
        "",
        "Deployment app/api",
        "- kubernetes.io/change-cause: registry.example.com/shop/api:1.0.0",
        "+ kubernetes.io/change-cause: registry.example.com/shop/api:1.0.1",
        "- app.kubernetes.io/version: 1.0.0",
        "+ app.kubernetes.io/version: 1.0.1",
        "- app.kubernetes.io/version: 1.0.0",
        "+ app.kubernetes.io/version: 1.0.1",
        "- image: registry.example.com/shop/api:1.0.0",
        "+ image: registry.example.com/shop/api:1.0.1",
        "",
        "HorizontalPodAutoscaler app/api",
        "- maxReplicas: 10",
        "+ maxReplicas: 20",
        "",
        "HorizontalPodAutoscaler app/orders",
        "- maxReplicas: 10",
        "+ maxReplicas: 101",
        "",
        "What an apply does:",
        "",
        "",
    ]


def test_accepts_a_change(run: Runner) -> None:
    run(TEST.replace("PORT", "80"), "--snapshot-update")
    run(TEST.replace("PORT", "81"), "--snapshot-update").assert_outcomes(passed=1)
    assert run.snapshot.read_text() == SNAPSHOT.replace("80", "81")


def test_fails_without_a_file(run: Runner) -> None:
    result = run(TEST.replace("PORT", "80"))
    result.assert_outcomes(failed=1)
    assert explained(result) == [
        f"AssertionError: there is no {FILE} yet; `pytest --snapshot-update` writes it"
    ]
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


def test_tells_what_cannot_be_compared(run: Runner) -> None:
    result = run('def test_web(manifest): assert "apiVersion: v1" == manifest')
    result.assert_outcomes(failed=1)
    [error] = explained(result)
    assert "ConfigurationError: source: got 'apiVersion: v1'; hand over an App" in error


def test_problems_stand_right_below_the_line_of_the_test(run: Runner) -> None:
    line = 'check([{"kind": "Namespace", "metadata": {"name": "shop", "namespace": "shop"}}])'
    result = run(f"from constructs_lib.testing import check\n\ndef test_web():\n    {line}")
    result.assert_outcomes(failed=1)
    lines = result.outlines
    place = lines.index(f">       {line}")
    assert lines[place + 1 : place + 6] == [
        "E       AssertionError: 1 problem",
        "E       ",
        "E       namespaces exist",
        "E         Namespace shop/shop: there is no Namespace shop",
        "",
    ]


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


def explained(result: pytest.RunResult) -> list[str]:
    """Return what pytest shows of why a test failed."""
    return [line[1:].removeprefix("       ") for line in result.outlines if line[:1] == "E"]
