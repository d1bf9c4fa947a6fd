"""Prometheus finds exactly the pods of each scrape job, with the rights of its account."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configuration.programs.debian import Debian
from tests.configuration.programs.kubernetes import kubernetes
from tests.configuration.programs.pods import nodes, pods

Files = Mapping[str, Mapping[str, str]]
Objects = Sequence[Mapping[str, Any]]
Targets = dict[str, list[dict[str, str]]]
# Its series carry the labels of what they are about.
ABOUT_OTHERS = "kube-state-metrics"
LABELS = {
    "app": "app.kubernetes.io/name",
    "component": "app.kubernetes.io/component",
    "track": "track",
}


def found(system: Debian, tls: Path, files: Files, cluster: Objects, policy: Objects) -> Targets:
    """Return the labels of the targets that each job finds in a cluster, by the job's name."""
    settings = yaml.safe_load(files["prometheus-configuration"]["prometheus.yml"])
    jobs = [job for job in settings["scrape_configs"] if "kubernetes_sd_configs" in job]
    path = tls.parent / "prometheus.yml"

    def ask(job: str) -> list[dict[str, str]]:
        answer = system.run(
            *("promtool", "check", "service-discovery", "--timeout=8s"),
            *(system.inside(path), job),
        )
        assert answer.returncode == 0, answer.stdout
        # Lines of its log stand before and after.
        report = re.search(r"^\[.*?^\]|^\[\]", answer.stdout, re.DOTALL | re.MULTILINE)
        assert report, answer.stdout
        seen = json.loads(report[0])
        kept = [one["labels"] for one in seen if one["labels"]]
        return sorted(
            ({name: text for name, text in one.items() if name[0] != "_"} for one in kept), key=str
        )

    with kubernetes(tls, cluster, policy) as address:
        for job in jobs:
            for discovery in job["kubernetes_sd_configs"]:
                discovery["api_server"] = address
                discovery["authorization"] = {"credentials": "monitoring/prometheus"}
                discovery["tls_config"] = {"ca_file": system.inside(tls / "ca.crt")}
        path.write_text(yaml.safe_dump(settings))
        names = [job["job_name"] for job in jobs]
        with ThreadPoolExecutor(len(names)) as threads:
            return dict(zip(names, threads.map(ask, names), strict=True))


def meant(job: str, cluster: Objects) -> list[dict[str, str]]:
    """Return the labels of the targets that a job is there for, by what its name says."""
    if job in {"kubelet", "cadvisor"}:
        names = [each["metadata"]["name"] for each in cluster if each["kind"] == "Node"]
        return [{"instance": name, "job": job, "node": name} for name in names]
    namespace, app, port = job.split("/")
    return sorted(
        (
            {
                "instance": f"{pod['status']['podIP']}:{exposed['containerPort']}",
                "job": job,
                **({} if app == ABOUT_OTHERS else told(pod)),
            }
            for pod in cluster
            if pod["metadata"].get("namespace") == namespace
            and pod["metadata"]["labels"]["app.kubernetes.io/name"] == app
            for container in pod["spec"]["containers"]
            for exposed in container.get("ports", ())
            if exposed["name"] == port
        ),
        key=str,
    )


def told(pod: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels that tell of a pod."""
    metadata = pod["metadata"]
    return {
        "namespace": metadata["namespace"],
        "node": pod["spec"]["nodeName"],
        "pod": metadata["name"],
        **{
            label: metadata["labels"][name]
            for label, name in LABELS.items()
            if name in metadata["labels"]
        },
    }


def strangers(pod: Mapping[str, Any]) -> Objects:
    """Return pods that are like another one in all but one thing."""
    metadata, labels = pod["metadata"], pod["metadata"]["labels"]
    return [
        {**pod, "metadata": {**metadata, "namespace": "elsewhere"}},
        *(
            {
                **pod,
                "metadata": {**metadata, "name": name, "labels": {**labels, LABELS[name]: "other"}},
            }
            for name in ("app", "component")
        ),
        {
            **pod,
            "metadata": {**metadata, "name": "ended"},
            "status": {**pod["status"], "phase": "Succeeded"},
        },
    ]


@pytest.mark.mission("B67")
def test_each_job_finds_its_pods(
    system: Debian, certificate: Path, files: Files, objects: Objects
) -> None:
    own = [*nodes(), *pods(objects)]
    others = [other for pod in pods(objects) for other in strangers(pod)]
    targets = found(system, certificate, files, own + others, objects)
    assert all(targets.values())
    assert targets == {job: meant(job, own) for job in targets}


def test_without_a_role_its_pods_are_not_found(
    system: Debian, certificate: Path, files: Files, objects: Objects
) -> None:
    roles = {("Role", "app", "prometheus"), ("ClusterRole", None, "monitoring-prometheus")}
    policy = [
        each
        for each in objects
        if (each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) not in roles
    ]
    assert len(policy) == len(objects) - len(roles)
    targets = found(system, certificate, files, [*nodes(), *pods(objects)], policy)
    assert {job for job, seen in targets.items() if not seen} == {
        job for job in targets if job.startswith(("app/", "kubelet", "cadvisor"))
    }
