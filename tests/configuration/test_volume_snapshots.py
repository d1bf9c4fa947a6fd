"""The job that takes snapshots lets old ones make way for what is ready, and for nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import Outside, Port, ReclaimPolicy, SnapshotClass, VolumeSnapshots
from constructs_lib.testing import find
from tests.configuration.programs.debian import Debian

KUBECTL = Path(__file__).parent / "programs" / "snapshots.py"
LABEL = "app.kubernetes.io/name"
SELECTOR = f"{LABEL}=grafana"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run of the job.

    Args:
        succeeded: whether it says so.
        says: what it prints.
        snapshots: that there are then.
    """

    succeeded: bool
    says: str
    snapshots: Mapping[str, Any]


def old(claim: str, days: Iterable[int], *, by: str = "nightly", ready: bool = True) -> Any:  # noqa: ANN401
    """Return snapshots of a claim that were taken on these days of the month."""
    return {
        f"{claim}-{day}": {
            "metadata": {
                "name": f"{claim}-{day}",
                "labels": {LABEL: by},
                "creationTimestamp": f"2026-11-{day:02}T01:30:00Z",
            },
            "spec": {"source": {"persistentVolumeClaimName": claim}},
            "status": {"readyToUse": ready},
        }
        for day in days
    }


def take(
    system: Debian,
    folder: Path,
    *,
    claims: Sequence[str],
    snapshots: Mapping[str, Any],
    broken: str = "",
) -> Run:
    """Run the job once, where two snapshots of each claim are kept."""
    chart = Chart(App(), "snapshots", namespace="monitoring")
    VolumeSnapshots(
        chart,
        "nightly",
        claims={LABEL: "grafana"},
        snapshot_class=SnapshotClass(name="fast", deletion_policy=ReclaimPolicy.DELETE),
        api_server=Outside(
            name="api-server",
            cidrs=("10.0.0.0/28",),
            ports=(Port(name="https", number=443),),
        ),
        keep=2,
    )
    for name, text in find(chart, "ConfigMap", "nightly-scripts")["data"].items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "kubectl").write_bytes(KUBECTL.read_bytes())
    (folder / "kubectl").chmod(0o755)
    cluster = folder / "cluster.json"
    cluster.write_text(
        json.dumps({"claims": {SELECTOR: claims}, "snapshots": snapshots, "broken": broken})
    )
    job = find(chart, "CronJob", "nightly")["spec"]["jobTemplate"]["spec"]
    (container,) = job["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    inside = system.inside(folder)
    own = {"CLUSTER": f"{inside}/cluster.json", "PATH": f"{inside}:/usr/sbin:/usr/bin"}
    done = system.run(f"{inside}/take-snapshots.sh", env={**told, **own})
    return Run(
        succeeded=done.returncode == 0,
        says=done.stdout,
        snapshots=json.loads(cluster.read_text())["snapshots"],
    )


@pytest.mark.mission("B52")
def test_the_newest_are_kept(system: Debian, folder: Path) -> None:
    failed = old("data-0", [2, 6], ready=False)
    others = {**old("data-0", [1], by="by-hand"), **old("data-9", [1, 2, 3])}
    run = take(
        system,
        folder,
        claims=["data-0", "data-1"],
        snapshots={**failed, **old("data-0", [3, 4, 5]), **old("data-1", [5]), **others},
    )
    assert run.succeeded, run.says
    # One that was not ready goes when those of its time do.
    kept = {"data-0-5", "data-0-6", "data-1-5", *others}
    assert kept <= set(run.snapshots)
    assert [run.snapshots[name]["spec"] for name in sorted(set(run.snapshots) - kept)] == [
        {"source": {"persistentVolumeClaimName": claim}, "volumeSnapshotClassName": "fast"}
        for claim in ("data-0", "data-1")
    ]


@pytest.mark.mission("B52")
def test_none_makes_way_for_what_is_not_ready(system: Debian, folder: Path) -> None:
    before = {**old("data-0", [3, 4, 5]), **old("data-1", [3, 4, 5])}
    run = take(system, folder, claims=["data-0", "data-1"], snapshots=before, broken="data-0")
    assert not run.succeeded
    assert "the driver has no room for data-0-" in run.says
    assert sorted(set(before) - set(run.snapshots)) == ["data-1-3", "data-1-4"]


def test_no_claim_is_no_success(system: Debian, folder: Path) -> None:
    before = old("data-0", [3, 4, 5])
    run = take(system, folder, claims=[], snapshots=before)
    assert not run.succeeded
    assert f"no claim with the labels {SELECTOR}" in run.says
    assert run.snapshots == before
