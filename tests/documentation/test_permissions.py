"""Whoever a page is for may run its commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.documentation.pages import PAGES, ROOT, blocks, place

CLUSTER = list(yaml.safe_load_all((ROOT / "dist" / "00-cluster.k8s.yaml").read_text()))
PERSONAS = {
    page: persona[1]
    for page in PAGES
    if (persona := re.search(r"^For: `(\w+)`$", page.read_text(), re.MULTILINE))
}
COMMANDS = [
    pytest.param(persona, line, id=f"{place(page)}: {line}")
    for page, persona in PERSONAS.items()
    for block in blocks("console", page)
    for line in block.splitlines()
    if line.startswith("kubectl ")
]
PLURALS = {
    "hpa": "horizontalpodautoscalers",
    "ingress": "ingresses",
    "networkpolicy": "networkpolicies",
    "pod": "pods",
    "pvc": "persistentvolumeclaims",
}


def needed(words: list[str]) -> Iterator[tuple[str, str]]:
    """Return the resources and verbs that a command of kubectl asks the API server for."""
    verb, rest = words[1], [word for word in words[2:] if not word.startswith("-")]
    if verb in {"get", "describe", "top"}:
        kind = rest[0].split("/")[0]
        yield PLURALS.get(kind, kind if kind.endswith("s") else f"{kind}s"), "get"
    elif verb == "logs":
        yield from (("pods", "list"), ("pods/log", "get"))
    elif verb == "rollout":
        yield "deployments", "get"
        if rest[0] in {"undo", "restart"}:
            yield from (("replicasets", "list"), ("deployments", "patch"))
    elif verb == "debug":
        yield from (("pods/ephemeralcontainers", "patch"), ("pods/attach", "create"))
    elif verb == "port-forward":
        yield "pods/portforward", "create"
    elif verb == "scale":
        yield "deployments/scale", "patch"
    elif verb == "delete":
        yield PLURALS.get(rest[0], rest[0]), "delete"
    else:
        raise AssertionError(f"say here what kubectl {verb} needs")


def granted(persona: str, namespace: str) -> set[tuple[str, str]]:
    """Return what a persona may do in a namespace, as the manifests bind it."""
    roles = {
        each["roleRef"]["name"]
        for each in CLUSTER
        if each["kind"] == "RoleBinding"
        and (each["metadata"]["name"], each["metadata"]["namespace"]) == (persona, namespace)
    }
    return {
        (resource, verb)
        for each in CLUSTER
        if each["kind"] == "ClusterRole" and each["metadata"]["name"] in roles
        for rule in each["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


@pytest.mark.mission("B91")
@pytest.mark.mission("B130")
@pytest.mark.mission("B131")
@pytest.mark.mission("B132")
@pytest.mark.mission("B133")
@pytest.mark.parametrize(("persona", "command"), COMMANDS)
def test_the_persona_of_a_page_may_run_its_commands(persona: str, command: str) -> None:
    words = shlex.split(command)
    namespace = words[words.index("-n") + 1]
    assert set(needed(words)) <= granted(persona, namespace)


@pytest.mark.parametrize("page", PERSONAS, ids=place)
def test_a_viewer_could_not_run_what_changes_something(page: Path) -> None:
    lines = [line for block in blocks("console", page) for line in block.splitlines()]
    wanted = {need for line in lines if line for need in needed(shlex.split(line))}
    changes = {verb for _, verb in wanted} - {"get", "list"}
    assert bool(wanted - granted("viewer", "app")) == bool(changes)
