"""The platform of main.py in the cluster: applied, ready, and gone again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.manifests.platform import Platform
from environments import Settings
from tests.cluster import images, secrets, surroundings
from tests.cluster.authority import Authority
from tests.cluster.kubectl import kubectl, run
from tests.cluster.mark import mark, ours, unmark
from tests.platform.shop import ROOT, Shop, build

BUILD = ROOT / "build" / "cluster"
AUTHORITY = Authority(folder=ROOT / "build" / "authority")


def bring_up(settings: Settings) -> Shop:
    """Apply what is around the platform, and the platform, as the tutorial does."""
    shop = build(BUILD, settings)
    images.build(_images(shop.core))
    mark((*surroundings.namespaces(), *namespaces(shop.core)))
    surroundings.apply(AUTHORITY)
    prepare(BUILD, shop.core)
    apply(BUILD)
    return shop


def prepare(folder: Path, core: Collection[dict[str, Any]]) -> None:
    """Make the namespaces of a platform and the Secrets that its pods wait for."""
    found = [each for each in core if each["kind"] == "Namespace"]
    kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump_all(found))
    secrets.create(folder, AUTHORITY)


def apply(folder: Path) -> tuple[str, ...]:
    """Apply the files of a folder as the tutorial does, and return what was warned of.

    A server-side apply would meet the fields that `kubectl rollout undo` took.
    """
    done = run("apply", "-f", str(folder), patience=600)
    if done.returncode != 0:
        raise RuntimeError(f"kubectl apply -f {folder}: {done.stderr}")
    return tuple(line for line in done.stderr.splitlines() if line)


def empty() -> None:
    """Delete all that the suite made in the cluster."""
    if BUILD.exists():
        run("delete", "-f", str(BUILD), "--ignore-not-found", "--wait=false", patience=300)
    if names := sorted(ours()):
        for name in names:
            # Nobody waits for what is lost anyway: drains take minutes.
            workloads = "cronjobs,daemonsets,deployments,jobs,statefulsets"
            run("delete", workloads, "--all", "-n", name, "--cascade=orphan", patience=300)
            run("delete", "pods", "--all", "-n", name, "--grace-period=1", "--wait=false")
        kubectl("delete", "namespace", *names, "--ignore-not-found", patience=600)
    unmark()


def namespaces(core: Collection[dict[str, Any]]) -> list[str]:
    """Return the names of the namespaces among these objects."""
    return [each["metadata"]["name"] for each in core if each["kind"] == "Namespace"]


def _images(core: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the names of the suite's images that the pods of a platform run."""
    used = {c["image"] for workload in Platform(core).workloads for c in workload.containers}
    return (name for name in images.SOURCES if images.reference(name) in used)


def change(settings: Settings) -> None:
    """Apply the platform with other settings."""
    build(BUILD, settings)
    apply(BUILD)
