"""A real API server takes what is synthesized, as often as it is applied and by whoever."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from operator import itemgetter
from pathlib import Path

import pytest
import yaml

from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.testing import find_all
from environments import DEV, PRODUCTION
from tests.cluster.kubectl import Object, objects, run
from tests.cluster.mark import mark
from tests.cluster.platform import apply, empty, namespaces
from tests.platform.shop import Shop, build

CONFLICTS = yaml.safe_load(Path(__file__).with_name("field_conflicts.yaml").read_text())
# The cluster makes it with the namespace: docs/decisions/0025-what-a-second-manager-applies.md.
ADOPTED = re.compile(r"Warning: resource serviceaccounts/default is missing the .* annotation")
ENVIRONMENTS = {"production": PRODUCTION, "dev": DEV}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def applied(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, tuple[str, ...]]]:
    """Apply an environment to the empty cluster; give it with what was warned of."""
    empty()
    shop = build(tmp_path_factory.mktemp(request.param), ENVIRONMENTS[request.param])
    mark(namespaces(shop.core))
    yield shop, apply(shop.folder)
    run("delete", "-f", str(shop.folder), "--ignore-not-found", "--wait=false", patience=300)
    empty()


def test_nothing_is_warned_of(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, warnings = applied
    assert [line for line in warnings if not ADOPTED.match(line)] == []
    assert len(warnings) <= len(namespaces(shop.core))


def test_a_second_apply_changes_nothing(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    before = _generations(shop)
    assert run("diff", "-f", str(shop.folder), patience=300).stdout == ""
    assert apply(shop.folder) == ()
    assert _generations(shop) == before


def test_a_second_manager_conflicts_where_it_is_said(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    done = run(
        *("apply", "--server-side", "--dry-run=server", "--field-manager=gitops"),
        *("-f", str(shop.folder)),
        patience=300,
    )
    assert re.findall(r"conflict.*", done.stderr) == CONFLICTS
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_each_pod_keeps_to_the_level_of_its_namespace(
    applied: tuple[Shop, tuple[str, ...]],
) -> None:
    """Its controller would be told of a pod that is refused, and nobody else."""
    shop, _ = applied
    levels = {
        each["metadata"]["name"]: each["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for each in find_all(shop.core, "Namespace")
    }
    workloads = Platform(shop.core).workloads
    # What is privileged takes any pod.
    done = _try(*(_pod(each) for each in workloads if levels[each.namespace] != "privileged"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_pod_that_may_do_more_is_refused(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    pod = _pod(next(each for each in Platform(shop.core).workloads if each.name == "web"))
    pod["spec"]["hostPID"] = True
    assert 'violates PodSecurity "restricted' in _try(pod).stderr


@pytest.mark.mission("B134")
def test_a_pod_beyond_the_quota_is_refused(applied: tuple[Shop, tuple[str, ...]]) -> None:
    shop, _ = applied
    pod = _pod(next(each for each in Platform(shop.core).workloads if each.name == "web"))
    (container,) = pod["spec"]["containers"]
    pod["spec"]["containers"] = [{**container, "name": f"c{n}", "ports": []} for n in range(99)]
    assert "exceeded quota" in _try(pod).stderr


def _pod(workload: WorkloadManifest) -> Object:
    """Return a pod of a workload on its own; what it claims is empty."""
    spec = deepcopy(dict(workload.pod))
    claims = workload.manifest["spec"].get("volumeClaimTemplates", ())
    empty = [{"name": each["metadata"]["name"], "emptyDir": {}} for each in claims]
    spec["volumes"] = [*spec.get("volumes", ()), *empty]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{workload.name}-alone", "namespace": workload.namespace},
        "spec": spec,
    }


def _try(*pods: Object) -> subprocess.CompletedProcess[str]:
    given = yaml.safe_dump_all(pods)
    return run("create", "--dry-run=server", "-f", "-", given=given)


def _generations(shop: Shop) -> dict[str, int]:
    """Return how often the spec of each object changed that no autoscaler changes too."""
    scaled = {
        (each["metadata"]["namespace"], *itemgetter("kind", "name")(each["spec"]["scaleTargetRef"]))
        for each in find_all(shop.core, "HorizontalPodAutoscaler")
    }
    found = {
        (each["metadata"].get("namespace"), each["kind"], each["metadata"]["name"]): each
        for each in objects("-f", str(shop.folder))
    }
    return {
        f"{kind} {namespace}/{name}": found[namespace, kind, name]["metadata"].get("generation", 0)
        for namespace, kind, name in found.keys() - scaled
    }
