"""The cluster that these tests look at, and the platform that runs in it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from tests.cluster.kubectl import KubectlError, objects, rolled_out, run
from tests.cluster.lacks import lacks
from tests.cluster.mark import ours
from tests.cluster.platform import bring_up, empty, serve
from tests.cluster.settings import highly_available
from tests.documentation.coverage import RESULTS
from tests.platform.shop import ROOT, Shop

FAILURES = ROOT / "build" / "failures"
FIGURES = pytest.StashKey[list[str]]()
# The rungs at which a line of the specification was seen; a failure outweighs them all.
SEEN: dict[str, set[str]] = defaultdict(set)
_FAILED = "failed"
_ACCEPTED = ("test_accepted", "test_answers")


@cache
def lacking() -> dict[str, str]:
    """Return what the cluster lacks; it is asked once."""
    return lacks()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let those come first that need the cluster empty."""
    items.sort(key=lambda item: item.path.stem != "test_accepted")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what the cluster is not fit for; where nobody would see that, fail."""
    needs = ["cluster", *(word for each in item.iter_markers("needs") for word in each.args)]
    for said in (lacking()[word] for word in needs if word in lacking()):
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="session")
def serving() -> Iterator[Shop]:
    """Give what answers requests: two pods a tier, three of the database; KEEP=1 leaves them."""
    made = serve(highly_available())
    deployments = ("postgres-rw", "api", "socket", "web")
    rolled_out("statefulset/postgres", namespace="app")
    rolled_out(*(f"deployment/{name}" for name in deployments), namespace="app")
    yield made
    if not os.environ.get("KEEP"):
        empty()


@pytest.fixture(scope="session")
def shop(serving: Shop) -> Shop:
    """Give the platform, with those who watch it."""
    made = bring_up(highly_available())
    assert made.core == serving.core
    return made


def pytest_sessionfinish() -> None:
    """Write what was seen to where the table of coverage reads it, with RECORD=1."""
    if os.environ.get("RECORD"):
        before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        now = {number: max(rungs) for number, rungs in SEEN.items()}
        kept = {number: rung for number, rung in (before | now).items() if rung != _FAILED}
        RESULTS.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n")


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Iterator[dict[str, object]]:
    """Take what a test measured, by name; it is printed at the end."""
    measured: dict[str, object] = {}
    yield measured
    if measured:
        line = json.dumps({"test": request.node.name, **measured})
        request.config.stash.setdefault(FIGURES, []).append(line)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was measured."""
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the cluster tells of a failure: logs, events and manifests."""
    report = yield
    if report.when == "call" or report.failed:
        rung = "R3" if item.path.stem in _ACCEPTED else "R4"
        for number in (number for mark in item.iter_markers("mission") for number in mark.args):
            SEEN[number].add(rung if report.passed else _FAILED)
    if report.failed:
        folder = FAILURES / re.sub(r"\W+", "-", item.nodeid).strip("-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "failure.txt").write_text(report.longreprtext)
        # A cluster that is gone tells nothing; the failure of the test is reported all the same.
        with suppress(KubectlError):
            _keep(folder)
    return report


def _keep(folder: Path) -> None:
    for namespace in sorted(ours()):
        for kind, form in (("pods", "wide"), ("events", "wide"), ("all", "yaml")):
            said = run("get", kind, "-n", namespace, "-o", form)
            (folder / f"{namespace}-{kind}.txt").write_text(said.stdout + said.stderr)
        for pod in objects("pods", "-n", namespace):
            name = pod["metadata"]["name"]
            said = run("logs", name, "-n", namespace, "--all-containers", "--prefix", "--tail=200")
            (folder / f"{namespace}-{name}.log").write_text(said.stdout + said.stderr)
