"""Alertmanager holds back what a page tells already, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.ports import free_port

Files = Mapping[str, Mapping[str, str]]
Tool = Callable[..., str]
API = "namespace=app app=api"


@pytest.fixture
def amtool(system: Debian, folder: Path, files: Files) -> Iterator[Tool]:
    """Give amtool, and an Alertmanager for it to ask."""
    path = folder / "alertmanager.yml"
    path.write_text(files["alertmanager-configuration"]["alertmanager.yml"])
    address = f"127.0.0.1:{free_port()}"

    def ask(*words: str) -> str:
        asked = system.run("amtool", f"--alertmanager.url=http://{address}", *words)
        return asked.stdout if asked.returncode == 0 else ""

    arguments = (
        f"--config.file={system.inside(path)}",
        f"--storage.path={system.inside(folder)}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    with system.running("prometheus-alertmanager", *arguments):
        yield ask


def alerts(amtool: Tool, *which: str) -> int:
    """Return how many alerts there are, once there are any."""
    for _ in range(50):
        if found := amtool("alert", "query", "--output=json", *which):
            return len(json.loads(found))
        time.sleep(0.2)
    pytest.fail("Alertmanager does not answer")


@pytest.mark.parametrize(
    ("page", "other", "held_back"),
    [
        (f"ErrorBudgetBurn {API}", f"CanaryErrorRateHigh {API} severity=ticket", True),
        (f"ErrorBudgetBurn {API}", f"PodsAreGone {API} severity=page", False),
        (
            f"ErrorBudgetBurn {API}",
            "CanaryErrorRateHigh namespace=app app=web severity=ticket",
            False,
        ),
        # What is about no workload says nothing about others that are about none.
        (
            "KubeDeploymentRolloutStuck namespace=app",
            "KubeJobFailed namespace=app severity=ticket",
            False,
        ),
        ("BlackboxProbeFailed", "BlackboxSslCertificateWillExpireSoon severity=ticket", False),
        ("KubeNodeNotReady node=a", "TargetDown node=a severity=ticket", True),
        ("KubeNodeNotReady node=a", "TargetDown node=b severity=ticket", False),
    ],
)
def test_a_page_holds_back(amtool: Tool, page: str, other: str, *, held_back: bool) -> None:
    assert alerts(amtool) == 0
    amtool("alert", "add", *page.split(), "severity=page")
    amtool("alert", "add", *other.split())
    assert alerts(amtool, "--active", "--inhibited") == 2
    assert alerts(amtool, "--inhibited") == held_back
