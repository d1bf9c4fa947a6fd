"""The platform of main.py in the cluster: applied, ready, and gone again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.manifests.files import read_all
from constructs_lib.manifests.platform import Platform
from environments import Settings
from tests.authority import Authority
from tests.cluster import images, secrets, surroundings
from tests.cluster.kubectl import kubectl, run
from tests.cluster.mark import mark, ours, unmark
from tests.cluster.settings import highly_available
from tests.platform.shop import ROOT, Shop, build

BUILD = ROOT / "build" / "cluster"
AUTHORITY = Authority(folder=ROOT / "build" / "authority")
# What answers requests, without those who watch it, whose images take long to build.
_SERVING = [
    BUILD / f"{name}.k8s.yaml"
    for name in ("00-cluster", "10-postgres", "20-api", "30-socket", "40-web", "50-host")
]
_AROUND_IT = ("client", "contour", "redis")


def serve(settings: Settings) -> Shop:
    """Apply what answers requests, and what that needs around it, as the tutorial does."""
    return _bring_up(settings, _SERVING, _AROUND_IT)


def bring_up(settings: Settings) -> Shop:
    """Apply the platform, and all that is around it."""
    return _bring_up(settings, [BUILD], surroundings.names())


def _bring_up(settings: Settings, paths: Sequence[Path], around: Sequence[str]) -> Shop:
    shop = build(BUILD, settings)
    images.build(_images(paths, around))
    mark((*surroundings.namespaces(), *namespaces(shop.core)))
    surroundings.apply(AUTHORITY, *around)
    prepare(BUILD, shop.core)
    apply(*paths)
    return shop


def prepare(folder: Path, core: Collection[dict[str, Any]]) -> None:
    """Make the namespaces of a platform and the Secrets that its pods wait for."""
    found = [each for each in core if each["kind"] == "Namespace"]
    kubectl("apply", "--server-side", "-f", "-", given=yaml.safe_dump_all(found))
    secrets.create(folder, AUTHORITY)


def apply(*paths: Path) -> tuple[str, ...]:
    """Apply files, and those of folders, as the tutorial does; return what was warned of.

    A server-side apply would meet the fields that `kubectl rollout undo` took.
    """
    words = (word for path in paths for word in ("-f", str(path)))
    done = run("apply", *words, patience=600)
    if done.returncode != 0:
        raise RuntimeError(f"kubectl apply of {', '.join(map(str, paths))}: {done.stderr}")
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


def _images(paths: Sequence[Path], around: Sequence[str]) -> Iterator[str]:
    """Yield the names of the suite's images that these files and what is around them run."""
    workloads = Platform(read_all(paths)).workloads
    used = {each["image"] for workload in workloads for each in workload.containers}
    beside = surroundings.images(*around)
    return (name for name in images.SOURCES if name in beside or images.reference(name) in used)


def change(settings: Settings) -> None:
    """Apply the files of the platform that other settings change."""
    before = {path: path.read_bytes() for path in BUILD.glob("*.yaml")}
    build(BUILD, settings)
    changed = [path for path, content in sorted(before.items()) if path.read_bytes() != content]
    if changed:
        apply(*changed)


if __name__ == "__main__":
    # What `serve` waits for longest, apart from it.
    build(BUILD, highly_available())
    images.build(_images(_SERVING, _AROUND_IT))
