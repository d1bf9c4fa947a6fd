"""The applications of `examples/apps` read and expose what main.py says of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from cdk8s import App

from constructs_lib import SecretRef
from constructs_lib.tiers.tier import Tier
from environments import MANAGED_BROKER, PRODUCTION
from main import Platform, platform

APPS = Path(__file__).parents[2] / "examples" / "apps"
NAMES = ("api", "socket", "web")
# Of Python and JavaScript, where a variable is read.
READ = re.compile(
    r"""environ\[['"](\w+)|_told\("(\w+)"""
    r"""|process\.env\.(\w+)|const \{ ([A-Z_, ]+) \} = process\.env"""
)
BROKER_SECRET = SecretRef(name="socket-broker", keys=("password", "ca.crt"))
# Next.js is told which of its bundles it is in.
NOT_TOLD = {"NEXT_RUNTIME"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """Return the platform of main.py, with a broker that speaks TLS, as that of `dev` does."""
    secured = replace(MANAGED_BROKER, secret=BROKER_SECRET, tls=True)
    return platform(
        App(outdir=str(tmp_path_factory.mktemp("platform"))), replace(PRODUCTION, broker=secured)
    )


def source(name: str) -> str:
    """Return all that an application is written in."""
    files = sorted(
        path for path in (APPS / name).rglob("*") if path.suffix in {".py", ".js", ".cjs"}
    )
    return "\n".join(path.read_text() for path in files if "node_modules" not in path.parts)


def tier(made: Platform, name: str) -> Tier:
    found: Tier = getattr(made, name)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_is_told(made: Platform, name: str) -> None:
    read = {
        variable.strip()
        for groups in READ.findall(source(name))
        for group in groups
        for variable in group.split(",")
        if variable
    }
    container = tier(made, name).deployment.to_json()["spec"]["template"]["spec"]["containers"][0]
    assert read - NOT_TOLD <= {each["name"] for each in container["env"]}
    assert len(read) > 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_promised_is_exposed(made: Platform, name: str) -> None:
    (metrics,) = tier(made, name).facts.metrics
    for promised in metrics.names:
        # The client of Python adds the ending of a counter, and both that of a histogram.
        written = re.sub(r"_(total|bucket)$", "", promised)
        assert re.search(rf"""['"]{written}(_total)?['"]""", source(name)), promised


@pytest.mark.parametrize("name", NAMES)
def test_an_image_starts_as_its_tier_expects(name: str) -> None:
    lines = (APPS / name / "Dockerfile").read_text().splitlines()
    last_stage = max(number for number, line in enumerate(lines) if line.startswith("FROM"))
    assert re.match(r"FROM docker\.io/library/(python|node):[\d.]+\S+$", lines[last_stage])
    assert lines[-2] == "USER 10001:10001"
    assert json.loads(lines[-1].removeprefix("CMD "))[0] in {"gunicorn", "node"}
