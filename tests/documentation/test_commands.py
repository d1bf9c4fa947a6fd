"""The commands of the pages name what there is, and whoever they are for may run them."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
import yaml

from constructs_lib.cli.__main__ import parser as constructs_lib_parser
from constructs_lib.testing import find, find_all, schema_problems
from tests.documentation.cluster import ADMINISTRATOR, allowed, labels, names, objects, selected
from tests.documentation.kubectl import Command, needs, parse
from tests.documentation.pages import PAGES, ROOT, Line, code, place
from tests.repository.offenders import offenders

PERSONAS = {"viewer", "developer", "operator", "debugger", ADMINISTRATOR}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
MODULES = {"pip", "pytest", "venv"}
PROGRAMS = {"cd", "cdk8s", "crane", "docker", "git", "kubectl", "mkdir", "pytest"}
# What a reader puts the name of a pod in for.
POD = "POD"

LINES = [
    Line(text=text, reader=block.reader, page=place(page))
    for page in PAGES
    for block in code(page)
    if block.language == "console"
    for text in block.text.splitlines()
    if text.strip()
]
KUBECTL = [line for line in LINES if line.text.startswith("kubectl ")]
# With a verb alone, text speaks of a command and gives none.
INLINE = [
    Line(text=text, reader=None, page=place(page))
    for page in PAGES
    if "docs/reference" not in place(page)
    for text in re.findall(r"`(kubectl [\w-]+ [^`]+)`", page.read_text())
]


def is_known(line: Line) -> None:
    words = shlex.split(line.text, comments=True)
    if words[0] == "make":
        assert words[1] in TARGETS
    elif words[0].removeprefix(".venv/bin/").startswith("python"):
        assert words[1] == "main.py" or (words[1] == "-m" and words[2] in MODULES)
    elif words[0] == "constructs-lib":
        try:
            constructs_lib_parser().parse_args(words[1:])
        except SystemExit:
            raise AssertionError("its own parser refuses it") from None
    else:
        assert words[0] in PROGRAMS


def names_what_there_is(line: Line) -> None:
    command = parse(line.text)
    assert command.namespace in {"", "default"} | {
        each["metadata"]["name"] for each in find_all(objects(), "Namespace")
    }
    for kind, name in command.objects():
        if name and name != POD:
            assert (kind.name, name, command.namespace) in names()
    if "file" in command.options and command.options["file"] != "-":
        assert (ROOT / command.options["file"]).exists()
    if "as-group" in command.options:
        assert command.options["as-group"] in _groups()
    if command.verb == "create":
        source = command.options["from"].removeprefix("cronjob/")
        assert ("CronJob", source, command.namespace) in names()
    if command.verb == "port-forward":
        _check_port(command)
    if command.verb == "patch":
        _check_patch(command)
    assert set(command.options.get("labels", "role").split(",")) <= labels()


def selects_pods_that_have_the_container(line: Line) -> None:
    command = parse(line.text)
    label, _, value = command.options.get("selector", "").partition("=")
    if label == "kubernetes.io/service-name":
        assert ("Service", value, command.namespace) in names()
    elif label and command.verb == "apply":
        written = yaml.safe_load_all((ROOT / command.options["file"]).read_text())
        assert any(label in each["metadata"].get("labels", {}) for each in written)
    elif label == "job-name":
        assert any(f"kubectl create job {value} " in other.text for other in KUBECTL)
    elif label:
        pods = selected(command.namespace, command.options["selector"])
        assert pods
        container = command.options.get("container") or command.options.get("target")
        for pod in pods if container else []:
            assert container in {each["name"] for each in pod["spec"]["containers"]}


def may_be_run_by_its_reader(line: Line) -> None:
    if line.reader != ADMINISTRATOR:
        command = parse(line.text)
        for need in needs(command):
            assert allowed(str(line.reader), command.namespace, need), need


def may_be_run_by_all(line: Line) -> None:
    command = parse(line.text)
    for persona in PERSONAS - {ADMINISTRATOR}:
        for need in needs(command):
            assert allowed(persona, command.namespace, need), f"{persona}: {need}"


def is_closed_to_a_viewer_if_it_changes_something(line: Line) -> None:
    command = parse(line.text)
    wanted = set() if line.reader == ADMINISTRATOR else set(needs(command))
    changes = {need.verb for need in wanted} - {"get", "list", "watch"}
    assert all(allowed("viewer", command.namespace, need) for need in wanted) == (not changes)


def test_each_program_is_known() -> None:
    assert len(LINES) > 150
    assert offenders(LINES, is_known) == []


def test_somebody_is_named_for_each_command() -> None:
    assert [str(line) for line in KUBECTL if line.reader not in PERSONAS] == []


def test_commands_name_what_there_is() -> None:
    assert offenders([*KUBECTL, *INLINE], names_what_there_is) == []


def test_selectors_select_pods_that_have_the_container() -> None:
    assert offenders([*KUBECTL, *INLINE], selects_pods_that_have_the_container) == []


def test_whoever_a_command_is_for_may_run_it() -> None:
    assert offenders(KUBECTL, may_be_run_by_its_reader) == []


@pytest.mark.parametrize(
    ("page", "verbs"),
    [
        pytest.param("release-and-roll-back", {"rollout"}, marks=pytest.mark.mission("B91")),
        pytest.param("debug-a-pod", {"describe", "debug"}, marks=pytest.mark.mission("B130")),
        pytest.param("read-logs", {"logs"}, marks=pytest.mark.mission("B131")),
        pytest.param("test-the-network", {"describe", "debug"}, marks=pytest.mark.mission("B132")),
        pytest.param("find-what-eats-the-resources", {"top"}, marks=pytest.mark.mission("B133")),
    ],
)
def test_a_procedure_has_commands_that_somebody_may_run(page: str, verbs: set[str]) -> None:
    lines = [line for line in KUBECTL if line.page == f"docs/how-to/{page}.md"]
    assert verbs <= {parse(line.text).verb for line in lines}
    assert offenders(lines, may_be_run_by_its_reader) == []
    assert {line.reader for line in lines} - {ADMINISTRATOR}, "without the administrator"


def test_what_is_for_a_viewer_is_for_all() -> None:
    for_viewers = [line for line in KUBECTL if line.reader == "viewer"]
    assert for_viewers
    assert offenders(for_viewers, may_be_run_by_all) == []


def test_a_viewer_could_not_run_what_changes_something() -> None:
    assert offenders(KUBECTL, is_closed_to_a_viewer_if_it_changes_something) == []


@pytest.mark.parametrize(
    "line",
    [
        "kubectl get deployment/webb -n app",
        "kubectl get pods -n apps -l app.kubernetes.io/name=web",
        "kubectl logs -n app -l app.kubernetes.io/name=web -c application",
        "kubectl port-forward -n monitoring service/grafana 3000:81",
        'kubectl patch hpa/api -n app -p \'{"spec":{"minReplica":6}}\'',
        "kubectl apply -f dist/41-web.k8s.yaml",
        "kubectl apply -f dist/40-web.k8s.yaml -l color",
        "kubectl delete deployment/web hpa/webb -n app",
        "kubectl create job now --from=cronjob/backup -n app",
        "kubectl get pods -n app -L tracks",
        "kubectl get pods -n app --every",
        "kubectl get things -n app",
    ],
)
def test_fails_on_a_command_that_could_not_work(line: str) -> None:
    lines = [Line(text=line, reader=None, page="somewhere")]
    assert offenders(lines, names_what_there_is) + offenders(
        lines, selects_pods_that_have_the_container
    )


@pytest.mark.parametrize(
    ("line", "reader"),
    [
        ("kubectl delete pod postgres-0 -n app", "viewer"),
        ("kubectl delete pod postgres-0 -n app", "debugger"),
        ("kubectl get pods -n monitoring", "developer"),
        ("kubectl rollout undo deployment/web -n app", "developer"),
        ("kubectl port-forward -n app POD 8080", "developer"),
        ("kubectl get secret/shop-tls -n app", "operator"),
    ],
)
def test_fails_on_a_command_for_the_wrong_reader(line: str, reader: str) -> None:
    lines = [Line(text=line, reader=reader, page="somewhere")]
    (found,) = offenders(lines, may_be_run_by_its_reader)
    assert "Need" in found


def _groups() -> set[str]:
    bindings = find_all(objects(), "RoleBinding")
    return {s["name"] for each in bindings for s in each["subjects"] if s["kind"] == "Group"}


def _check_port(command: Command) -> None:
    target, ports = command.words
    wanted = int(ports.rpartition(":")[2])
    if target.startswith("service/"):
        service = find(objects(), "Service", target.partition("/")[2], command.namespace)
        assert wanted in {port["port"] for port in service["spec"]["ports"]}


def _check_patch(command: Command) -> None:
    ((kind, name),) = command.objects()
    target = find(objects(), kind.name, name, command.namespace)
    assert schema_problems([_merged(target, json.loads(command.options["patch"]))]) == []


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(new, dict):
        return new
    return {**old, **{key: _merged(old.get(key, {}), value) for key, value in new.items()}}
