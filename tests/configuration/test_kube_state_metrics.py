"""kube-state-metrics tells of all that it is asked for, with the rights of its account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configuration.programs.answers import answer
from tests.configuration.programs.kube_state_metrics import kube_state_metrics
from tests.observability.exposition import captured

Objects = Sequence[Mapping[str, Any]]
pytestmark = pytest.mark.usefixtures("go")
CLUSTER: Objects = list(yaml.safe_load_all((Path(__file__).parent / "cluster.yaml").read_text()))
CAPTURED = captured("kube-state-metrics")
OF_NODES = frozenset(name for name in CAPTURED if name.startswith("kube_node_"))
TOLD = {"nodes": OF_NODES, "objects": CAPTURED - OF_NODES}


@pytest.fixture(scope="session")
def processes(objects: Objects) -> dict[str, list[str]]:
    """Return the arguments of each process, by its name."""
    (workload,) = (
        each
        for each in objects
        if (each["kind"], each["metadata"]["name"]) == ("Deployment", "kube-state-metrics")
    )
    containers = workload["spec"]["template"]["spec"]["containers"]
    return {container["name"]: container["args"] for container in containers}


def all_of(names: Iterable[str]) -> str:
    """Return the pattern of an exposition that has all these metrics."""
    return r"(?s)\A" + "".join(rf"(?=.*^{name}\{{)" for name in names)


def series(exposition: str) -> list[str]:
    """Return names and labels of all samples."""
    return re.findall(r"^([a-z]\w+(?:\{.*\})?) \S+$", exposition, re.MULTILINE)


@pytest.mark.mission("B66")
def test_all_is_told_and_nothing_twice(
    tmp_path: Path, processes: dict[str, list[str]], objects: Objects
) -> None:
    told: list[str] = []
    for name, arguments in processes.items():
        folder = tmp_path / name
        folder.mkdir()
        with kube_state_metrics(folder, arguments, CLUSTER, objects) as metrics:
            told += series(answer(metrics.objects, all_of(TOLD[name])))
            assert not re.search(r'list_total\{.*result="error"', answer(metrics.itself, ""))
    assert len(told) == len(set(told))
    assert {one.partition("{")[0] for one in told} == CAPTURED


def test_namespaces_would_repeat_nodes(tmp_path: Path, objects: Objects) -> None:
    arguments = ("--resources=nodes", "--namespaces=app,logging")
    with kube_state_metrics(tmp_path, arguments, CLUSTER, objects) as metrics:
        told = series(answer(metrics.objects, r"(?s)^kube_node_info\{.*^kube_node_info\{"))
    assert len(told) == 2 * len(set(told))


def test_without_its_role_a_namespace_is_not_told(
    tmp_path: Path, processes: dict[str, list[str]], objects: Objects
) -> None:
    policy = [
        each
        for each in objects
        if (each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"])
        != ("RoleBinding", "app", "kube-state-metrics")
    ]
    assert len(policy) == len(objects) - 1
    with kube_state_metrics(tmp_path, processes["objects"], CLUSTER, policy) as metrics:
        answer(metrics.itself, r'list_total\{resource="\*v1.StatefulSet",result="error"')
        assert series(answer(metrics.objects, "")) == []


def test_a_wrong_resource_is_refused(tmp_path: Path, objects: Objects) -> None:
    with (
        kube_state_metrics(tmp_path, ["--resources=podz"], CLUSTER, objects) as metrics,
        pytest.raises(TimeoutError),
    ):
        answer(metrics.objects, "kube_", patience=5)
    assert "podz does not exist" in (tmp_path / "output").read_text()
