"""Reads the parts of a tier's Deployment that most tests look at."""

from __future__ import annotations

from typing import Any

from cdk8s import Chart

from constructs_lib.testing import find


def pod(chart: Chart, name: str) -> dict[str, Any]:
    """Return the spec of the pods of a Deployment."""
    spec: dict[str, Any] = find(chart, "Deployment", name)["spec"]["template"]["spec"]
    return spec


def container(chart: Chart, name: str) -> dict[str, Any]:
    """Return the one container of these pods."""
    (only,) = pod(chart, name)["containers"]
    return dict(only)


def env(chart: Chart, name: str) -> dict[str, str]:
    """Return its variables in plain text."""
    return {
        variable["name"]: variable["value"]
        for variable in container(chart, name)["env"]
        if "value" in variable
    }


def mounts(chart: Chart, name: str) -> dict[str, dict[str, Any]]:
    """Return the volumes of these pods by the path that they are mounted at."""
    volumes = {volume["name"]: volume for volume in pod(chart, name)["volumes"]}
    return {
        mount["mountPath"]: volumes[mount["name"]]
        for mount in container(chart, name)["volumeMounts"]
    }
