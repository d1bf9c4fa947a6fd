"""`constructs-lib grow` writes a script that grows volumes, and loses none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.cli.__main__ import main
from constructs_lib.manifests.files import read_all

DIST = Path(__file__).parents[2] / "dist"
CLASS = "fast.storageclass.storage.k8s.io/requests.storage"
# In place of a cluster: what the API server and the quota of a namespace let pass.
KUBECTL = f"""\
#!{sys.executable}
import json, sys
from pathlib import Path
from constructs_lib.quantities import parse
state = json.loads(Path("state").read_text())
verb, *rest = sys.argv[1:]
with Path("asked").open("a") as asked:
    asked.write(" ".join([verb, *rest[:2]]) + "\\n")
def refuse(why):
    sys.exit(why)
if verb == "apply":
    for key, sizes in state["manifests"].items():
        if state["sets"].setdefault(key, sizes) != sizes:
            refuse("Forbidden: updates to statefulset spec")
else:
    kind, name = rest[:2]
    key = rest[rest.index("-n") + 1] + "/" + name
    patch = json.loads(rest[rest.index("-p") + 1]) if verb == "patch" else None
    if (verb, kind) == ("get", "pvc"):
        print(key if key in state["claims"] else "")
    elif (verb, kind) == ("get", "statefulset"):
        print(state["sets"].get(key, ""))
    elif (verb, kind) == ("patch", "resourcequota"):
        state["hard"][key.partition("/")[0]] = patch["spec"]["hard"]
    elif (verb, kind) == ("patch", "pvc"):
        size = patch["spec"]["resources"]["requests"]["storage"]
        if parse(size) < parse(state["claims"][key]):
            refuse("Forbidden: field can not be less than status.capacity")
        state["claims"][key] = size
        namespace = key.partition("/")[0]
        taken = sum(parse(s) for k, s in state["claims"].items() if k.startswith(namespace + "/"))
        if taken > parse(state["hard"][namespace]["requests.storage"]):
            refuse("Forbidden: exceeded quota")
    elif (verb, kind) == ("delete", "statefulset"):
        assert "--cascade=orphan" in rest
        del state["sets"][key]
Path("state").write_text(json.dumps(state))
"""


class Cluster:
    """What a script meets.

    Args:
        folder: of all files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "kubectl").write_text(KUBECTL)
        (folder / "kubectl").chmod(0o755)

    def was(self, claims: dict[str, str], sets: dict[str, str], manifests: dict[str, str]) -> None:
        quota = {"requests.storage": "1Gi"}
        state = {
            "claims": claims,
            "sets": sets,
            "manifests": manifests,
            "hard": {key.partition("/")[0]: quota for key in claims},
        }
        (self.folder / "state").write_text(json.dumps(state))

    def run(self, script: str) -> int:
        return subprocess.run(
            ("sh",),  # noqa: S607
            check=False,
            cwd=self.folder,
            env={
                "PATH": f"{self.folder}:{os.environ['PATH']}",
                "PYTHONPATH": str(DIST.parent),
            },
            input=script,
            capture_output=True,
            text=True,
        ).returncode

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state").read_text())
        return state

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


def sizes(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["metadata"]["name"], each["spec"]["resources"]["requests"]["storage"])
        for each in manifest["spec"]["volumeClaimTemplates"]
    ]


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str]) -> str:
    main(["grow", str(DIST)])
    return capsys.readouterr().out


@pytest.fixture
def told() -> dict[str, list[tuple[str, str]]]:
    """Return the claims of each StatefulSet of the platform."""
    return {
        f"{each['metadata']['namespace']}/{each['metadata']['name']}": sizes(dict(each))
        for each in read_all([DIST])
        if each["kind"] == "StatefulSet" and each["spec"].get("volumeClaimTemplates")
    }


@pytest.fixture
def before(tmp_path: Path, told: dict[str, list[tuple[str, str]]]) -> Cluster:
    """Return a cluster with smaller volumes for the database, and no third member yet."""
    cluster = Cluster(tmp_path)
    claims, sets, manifests = {}, {}, {}
    for path, each in told.items():
        namespace, _, name = path.partition("/")
        small = path == "app/postgres"
        for claim, size in each:
            for number in range(2):
                claims[f"{namespace}/{claim}-{name}-{number}"] = "1Gi" if small else size
        manifests[path] = " ".join(size for _, size in each)
        sets[path] = " ".join("1Gi" for _ in each) if small else manifests[path]
    cluster.was(claims, sets, manifests)
    return cluster


@pytest.mark.mission("B110")
def test_volumes_grow_and_their_set_takes_its_pods_back(
    script: str, before: Cluster, told: dict[str, list[tuple[str, str]]]
) -> None:
    assert before.run(script) == 0
    for claim, size in told["app/postgres"]:
        assert before.state["claims"][f"app/{claim}-postgres-1"] == size
    assert before.state["sets"] == before.state["manifests"]
    deleted = [line for line in before.asked if line.startswith("delete")]
    assert deleted == ["delete statefulset postgres"]
    # Once more, and nothing is left to do.
    assert before.run(script) == 0
    assert [line for line in before.asked if line.startswith("delete")] == deleted


def test_the_quota_goes_before(script: str, before: Cluster) -> None:
    lines = [line for line in script.splitlines() if not line.startswith("kubectl patch resourceq")]
    assert before.run("\n".join(lines)) != 0
    assert before.state["sets"] != before.state["manifests"]


def test_a_claim_that_would_shrink_stops_it(
    script: str, before: Cluster, told: dict[str, list[tuple[str, str]]]
) -> None:
    state = before.state
    claim = told["app/postgres"][0][0]
    state["claims"][f"app/{claim}-postgres-0"] = "60Ti"
    (before.folder / "state").write_text(json.dumps(state))
    assert before.run(script) != 0
    assert "delete statefulset postgres" not in before.asked
