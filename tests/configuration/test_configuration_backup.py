"""What the backup of configuration writes can be applied again, and is what was applied."""

from __future__ import annotations

import io
import json
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from constructs_lib.testing import find
from tests.configuration.programs.bucket import KEY, SECRET, Bucket, bucket
from tests.configuration.programs.debian import Debian
from tests.configuration.programs.process_list import ProcessList, process_list
from tests.configuration.programs.waiting import becomes

Objects = Sequence[Mapping[str, Any]]

# Answers from files, and refuses what it has none for.
_KUBECTL = """#!/bin/sh
[ "$1 $3 $5 $6" = "get --namespace --output json" ] && exec cat "$LIVE/$4.json"
"""
_ADDED = {
    "uid": "6f5902ac",
    "resourceVersion": "42",
    "generation": 3,
    "creationTimestamp": "2026-11-25T00:00:00Z",
    "managedFields": [{"manager": "kubectl"}],
}
_APPLIED = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
# Of which none may come back: they are made by the cluster, by another object, or hold a lock.
_MADE = [
    {"kind": "ConfigMap", "metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "-"}},
    {
        "kind": "ConfigMap",
        "metadata": {"name": "postgres-leader", "annotations": {"leader": "postgres-0"}},
    },
    {"kind": "Role", "metadata": {"name": "owned", "ownerReferences": [{"uid": "1"}]}},
]


def live(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object as the cluster shows it."""
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), **_APPLIED}
    shown = {
        **manifest,
        "metadata": {**metadata, **_ADDED, "annotations": annotations},
        "status": {"observedGeneration": 3},
    }
    if manifest["kind"] == "Service" and manifest["spec"].get("clusterIP") != "None":
        ports = [{**port, "nodePort": 30080} for port in manifest["spec"]["ports"]]
        address = {"clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7"], "ports": ports}
        shown["spec"] = {**manifest["spec"], **address}
    return shown


@pytest.fixture
def store() -> Iterator[Bucket]:
    with bucket() as state:
        yield state


@pytest.fixture
def variables(objects: Objects) -> dict[str, str]:
    """Return what the job is told."""
    job = find(objects, "CronJob", "configuration-backup")["spec"]["jobTemplate"]["spec"]
    (container,) = job["template"]["spec"]["containers"]
    return {each["name"]: each["value"] for each in container["env"]}


def copied(objects: Objects, namespace: str) -> list[Mapping[str, Any]]:
    """Return what the backup is of; a job runs once, and is no configuration."""
    return [
        each
        for each in objects
        if each["metadata"].get("namespace") == namespace and each["kind"] != "Job"
    ]


def back_up(
    system: Debian,
    folder: Path,
    variables: Mapping[str, str],
    store: Bucket,
    key: str = KEY,
) -> CompletedProcess[str]:
    """Run the job where kubectl answers from the files in `folder`."""
    inside = system.inside(folder)
    program = folder / "kubectl"
    program.write_text(_KUBECTL)
    program.chmod(0o755)
    for name, text in {"access-key": key, "secret-key": SECRET}.items():
        (folder / name).write_text(text)
    path = f"{inside}:/usr/sbin:/usr/bin"
    own = {"BUCKET_URL": f"{store.url}/shop/configuration", "LIVE": inside}
    return system.run(f"{inside}/back-up.sh", env={**variables, **own, "PATH": path})


@pytest.fixture
def cluster(
    system: Debian,
    folder: Path,
    files: Mapping[str, Mapping[str, str]],
    objects: Objects,
    variables: Mapping[str, str],
) -> Path:
    """Return the folder with the scripts and with what is in the cluster."""
    for name, text in files["configuration-backup-scripts"].items():
        (folder / name).write_text(text.replace("/run/secrets/bucket", system.inside(folder)))
        (folder / name).chmod(0o755)
    for namespace in variables["NAMESPACES"].split():
        items = [*map(live, copied(objects, namespace)), *_MADE]
        (folder / f"{namespace}.json").write_text(json.dumps({"items": items}))
    return folder


def _shows_curl(seen: ProcessList) -> None:
    """Wait until what asks is seen, as it runs until it is answered."""
    assert becomes(lambda: any("curl --fail" in each for each in seen.commands))


def test_a_role_stands_in_for_keys(
    system: Debian, cluster: Path, variables: Mapping[str, str], store: Bucket
) -> None:
    store.session = "of/an+hour=="
    token = cluster / "token"
    told = {
        **variables,
        "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/shop-backups",
        "AWS_WEB_IDENTITY_TOKEN_FILE": system.inside(token),
        "TOKEN_SERVICE": f"{store.url}/sts",
        "HOSTNAME": "configuration-backup-1",
    }
    token.write_text("of somebody else")
    assert back_up(system, cluster, told, store).returncode != 0
    token.write_text("jwt")
    with process_list() as seen:
        store.asked = partial(_shows_curl, seen)
        done = back_up(system, cluster, told, store)
    assert done.returncode == 0, done.stdout
    assert len(store.objects) == 1
    assert seen.telling(SECRET) | seen.telling(store.session) | seen.telling("jwt") == set()


@pytest.mark.mission("B83")
def test_what_is_copied_is_what_was_applied(
    system: Debian, cluster: Path, variables: Mapping[str, str], store: Bucket, objects: Objects
) -> None:
    with process_list() as seen:
        store.asked = partial(_shows_curl, seen)
        done = back_up(system, cluster, variables, store)
    assert done.returncode == 0, done.stdout
    assert seen.telling(SECRET) == set()
    ((path, archive),) = store.objects.items()
    days = int(variables["RETENTION_DAYS"])
    assert path == f"/shop/configuration/{int(time.time()) // 86_400 % days}.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(archive)) as copy:
        for namespace in variables["NAMESPACES"].split():
            file = copy.extractfile(f"configuration/{namespace}.json")
            assert file is not None
            read = json.load(file)
            assert (read["apiVersion"], read["kind"]) == ("v1", "List")
            assert read["items"] == copied(objects, namespace)
            assert read["items"]


def test_a_copy_makes_way_only_for_a_whole_one(
    system: Debian, cluster: Path, variables: Mapping[str, str], store: Bucket
) -> None:
    (cluster / "app.json").write_text("no answer")
    unreadable = back_up(system, cluster, variables, store)
    assert unreadable.returncode != 0
    assert "parse error" in unreadable.stdout
    (cluster / "app.json").unlink()
    refused = back_up(system, cluster, variables, store)
    assert refused.returncode != 0
    assert "No such file" in refused.stdout
    assert store.objects == {}


def test_a_store_that_refuses_or_loses_something_is_seen(
    system: Debian, cluster: Path, variables: Mapping[str, str], store: Bucket
) -> None:
    refused = back_up(system, cluster, variables, store, key="AKIDOTHER")
    assert refused.returncode != 0
    assert "403" in refused.stdout
    store.whole = False
    lost = back_up(system, cluster, variables, store)
    assert lost.returncode != 0
    assert "differ" in lost.stdout or "EOF" in lost.stdout
