"""The wheel, installed away from the checkout, serves another project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.installation import Installed

ROOT = Path(__file__).parents[2]
CONSUMER = Path(__file__).parent / "consumer"


@pytest.fixture
def consumer(tmp_path: Path) -> Path:
    """Another project, with a chart, an ``imports`` package and snapshots of its own."""
    return shutil.copytree(CONSUMER, tmp_path / "consumer")


def test_wheel_holds_the_library_and_the_plugin(installed: Installed) -> None:
    expected = {"constructs_lib_node.pth", "constructs_lib_node.py"} | {
        str(path.relative_to(ROOT))
        for package in ("constructs_lib", "pytest_constructs_lib")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(installed.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == expected


def test_consumer_passes(installed: Installed, consumer: Path) -> None:
    run = installed.run("pytest", folder=consumer)
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr


def test_consumer_sees_a_change(installed: Installed, consumer: Path) -> None:
    [snapshot] = consumer.rglob("test_shop.yaml")
    text = snapshot.read_text()
    assert "commonName: shop.example.com" in text
    snapshot.write_text(text.replace("commonName: shop.", "commonName: store."))

    run = installed.run("pytest", folder=consumer)

    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    assert re.search(r"^[E ]+- +commonName: store.example.com$", run.stdout, re.MULTILINE)
    assert re.search(r"^[E ]+\+ +commonName: shop.example.com$", run.stdout, re.MULTILINE)


def test_consumer_gets_the_types(installed: Installed, consumer: Path) -> None:
    mypy = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent"]
    run = subprocess.run(
        [*mypy, "--python-executable", installed.bin / "python", "shop.py"],
        cwd=consumer,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_command_is_installed(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("constructs-lib", "secrets", "list", str(ROOT / "dist"), folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("NAMESPACE")


def test_other_test_runs_pay_nothing(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_unrelated.py").write_text(
        "import sys\n"
        "def test_imports():\n"
        "    assert 'pytest_constructs_lib' in sys.modules\n"
        "    assert not {'jsii', 'cdk8s', 'constructs_lib'} & set(sys.modules)\n"
    )
    run = installed.run("pytest", folder=tmp_path)
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr
