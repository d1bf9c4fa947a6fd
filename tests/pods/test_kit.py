"""Rules of Kubernetes that hold for the pods of tiers, servers and jobs alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App

import constructs_lib
from constructs_lib.manifests.platform import Platform
from constructs_lib.manifests.workloads import WorkloadManifest
from constructs_lib.testing import manifests
from main import platform

LIBRARY = Path(constructs_lib.__file__).parent
VERSION = "app.kubernetes.io/version"


@pytest.fixture(scope="module")
def workloads(tmp_path_factory: pytest.TempPathFactory) -> list[WorkloadManifest]:
    """Return those of main.py: tiers, a database, servers, agents and jobs."""
    app = App(outdir=str(tmp_path_factory.mktemp("dist")))
    platform(app)
    return Platform(manifests(app)).workloads


def _references(value: Any) -> Iterator[dict[str, str]]:  # noqa: ANN401 - any part of a manifest
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict) and "fieldPath" in value:
        yield value
    if isinstance(value, dict | list):
        for child in children:
            yield from _references(child)


def test_one_room_writes_pods() -> None:
    writers = {
        file.relative_to(LIBRARY)
        for file in LIBRARY.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"PodSpec", "PodTemplateSpec"}
    }
    assert writers == {Path("pods/template.py")}


def test_each_kind_of_workload_tells_its_version(workloads: list[WorkloadManifest]) -> None:
    kinds = {workload.kind for workload in workloads}
    assert {"CronJob", "DaemonSet", "Deployment", "StatefulSet"} <= kinds
    for workload in workloads:
        assert VERSION in workload.manifest["metadata"]["labels"], workload.path
        assert VERSION in workload.labels, workload.path
        image = workload.containers[0]["image"]
        annotations = workload.manifest["metadata"].get("annotations", {})
        assert annotations.get("kubernetes.io/change-cause") == image, workload.path
        if workload.runs_for_long:
            assert VERSION not in workload.manifest["spec"]["selector"]["matchLabels"]


def test_volumes_change_their_owner_once_and_not_at_each_start(
    workloads: list[WorkloadManifest],
) -> None:
    contexts = [workload.pod["securityContext"] for workload in workloads]
    owning = [context for context in contexts if "fsGroup" in context]
    assert owning
    assert {context["fsGroupChangePolicy"] for context in owning} == {"OnRootMismatch"}


def test_references_to_fields_say_their_version(workloads: list[WorkloadManifest]) -> None:
    references = list(_references([workload.pod for workload in workloads]))
    assert references
    assert {reference.get("apiVersion") for reference in references} == {"v1"}


def test_a_token_is_in_the_container_that_calls_the_api(workloads: list[WorkloadManifest]) -> None:
    holders = {
        f"{workload.name}/{container['name']}"
        for workload in workloads
        for container in workload.all_containers
        for mount in container.get("volumeMounts", [])
        if mount["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"
    }
    assert all(not workload.pod["automountServiceAccountToken"] for workload in workloads)
    assert holders == {
        "cluster-events/events",
        "configuration-backup/backup",
        "filebeat/filebeat",
        "kube-state-metrics/nodes",
        "kube-state-metrics/objects",
        "postgres/postgres",
        "prometheus/prometheus",
        "prometheus-adapter/adapter",
    }


def test_no_list_loses_a_port_when_it_is_applied_again(workloads: list[WorkloadManifest]) -> None:
    for workload in workloads:
        for container in workload.all_containers:
            numbers = [port["containerPort"] for port in container.get("ports", [])]
            assert len(numbers) == len(set(numbers)), f"{workload.path} {container['name']}"


def test_claim_templates_are_as_the_api_server_keeps_them(
    workloads: list[WorkloadManifest],
) -> None:
    templates = [
        template
        for workload in workloads
        for template in workload.manifest["spec"].get("volumeClaimTemplates", [])
    ]
    assert templates
    for template in templates:
        assert (template["apiVersion"], template["kind"]) == ("v1", "PersistentVolumeClaim")
        assert template["status"] == {"phase": "Pending"}
        assert template["spec"]["volumeMode"] == "Filesystem"


def test_no_service_of_the_namespace_sets_variables(workloads: list[WorkloadManifest]) -> None:
    """A Service named `app` would set APP_PORT to an address, which many programs then read."""
    linked = [w.path for w in workloads if w.pod.get("enableServiceLinks") is not False]
    assert linked == []


def test_schedules_that_were_missed_stop_no_cron_job(workloads: list[WorkloadManifest]) -> None:
    """The controller gives up on a CronJob that missed more than 100 runs within its deadline.

    Schedules are looked at every 10 seconds, and there is at most one run a minute:
    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
    """
    deadlines = {
        workload.path: workload.manifest["spec"].get("startingDeadlineSeconds", 0)
        for workload in workloads
        if workload.kind == "CronJob"
    }
    assert deadlines
    assert {path for path, seconds in deadlines.items() if not 10 < seconds <= 6000} == set()
