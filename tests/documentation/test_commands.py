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
from tests.documentation.cluster import ADMINISTRATOR, Cluster, documented
from tests.documentation.kubectl import Command, needs, parse
from tests.documentation.pages import PAGES, ROOT, Line, code, place
from tests.repository.offenders import no_offenders, offenders

PERSONAS = {"viewer", "developer", "operator", "debugger", ADMINISTRATOR}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
MODULES = {"pip", "pytest", "venv"}
PROGRAMS = {"cd", "cdk8s", "crane", "docker", "git", "kubectl", "mkdir", "pytest", "rm"}
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
DOCUMENTED = documented()
KUBECTL = [line for line in LINES if line.text.startswith("kubectl ")]
# With a verb alone, text speaks of a command and gives none.
INLINE = [
    Line(text=text, reader=None, page=place(page))
    for page in PAGES
    if "docs/reference" not in place(page)
    for text in re.findall(r"`(kubectl [\w-]+ [^`]+)`", page.read_text())
]


def is_known(line: Line) -> None:
    words = shlex.split(line.text.partition(" | ")[0], comments=True)
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


def names_what_there_is(line: Line, met: Cluster = DOCUMENTED) -> None:
    command = parse(line.text)
    assert command.namespace in {"", "default"} | {
        each["metadata"]["name"] for each in find_all(met.objects, "Namespace")
    }
    for kind, name in command.objects():
        if name and name != POD:
            assert (kind.name, name, command.namespace) in met.names
    if "file" in command.options and command.options["file"] != "-":
        assert (ROOT / command.options["file"]).exists()
    if "as-group" in command.options:
        assert command.options["as-group"] in _groups(met)
    if command.verb == "create":
        source = command.options["from"].removeprefix("cronjob/")
        assert ("CronJob", source, command.namespace) in met.names
    if command.verb == "port-forward":
        _check_port(command, met)
    if command.verb == "patch":
        _check_patch(command, met)
    assert set(command.options.get("labels", "role").split(",")) <= met.labels


def selects_pods_that_have_the_container(line: Line, met: Cluster = DOCUMENTED) -> None:
    command = parse(line.text)
    label, _, value = command.options.get("selector", "").partition("=")
    if label == "kubernetes.io/service-name":
        assert ("Service", value, command.namespace) in met.names
    elif label and command.verb == "apply":
        written = yaml.safe_load_all((ROOT / command.options["file"]).read_text())
        assert any(label in each["metadata"].get("labels", {}) for each in written)
    elif label == "job-name":
        assert any(f"kubectl create job {value} " in other.text for other in KUBECTL)
    elif label:
        pods = met.selected(command.namespace, command.options["selector"])
        assert pods, "it selects no pods"
        container = command.options.get("container") or command.options.get("target")
        for pod in pods if container else []:
            assert container in {each["name"] for each in pod["spec"]["containers"]}


def may_be_run_by_its_reader(line: Line, met: Cluster = DOCUMENTED) -> None:
    if line.reader != ADMINISTRATOR:
        command = parse(line.text)
        for need in needs(command):
            assert met.allowed(str(line.reader), command.namespace, need), need


def may_be_run_by_all(line: Line, met: Cluster = DOCUMENTED) -> None:
    command = parse(line.text)
    for persona in PERSONAS - {ADMINISTRATOR}:
        for need in needs(command):
            assert met.allowed(persona, command.namespace, need), f"{persona}: {need}"


def is_closed_to_a_viewer_if_it_changes_something(line: Line, met: Cluster = DOCUMENTED) -> None:
    command = parse(line.text)
    wanted = set() if line.reader == ADMINISTRATOR else set(needs(command))
    changes = {need.verb for need in wanted} - {"get", "list", "watch"}
    assert all(met.allowed("viewer", command.namespace, need) for need in wanted) == (not changes)


def test_each_program_is_known() -> None:
    assert len(LINES) > 150
    no_offenders(LINES, is_known)


def test_somebody_is_named_for_each_command() -> None:
    assert [str(line) for line in KUBECTL if line.reader not in PERSONAS] == []


def test_commands_name_what_there_is() -> None:
    no_offenders([*KUBECTL, *INLINE], names_what_there_is)


def test_selectors_select_pods_that_have_the_container() -> None:
    no_offenders([*KUBECTL, *INLINE], selects_pods_that_have_the_container)


def test_whoever_a_command_is_for_may_run_it() -> None:
    no_offenders(KUBECTL, may_be_run_by_its_reader)


@pytest.mark.mission("B91", "B130", "B131", "B132", "B133")
def test_procedures_have_commands_that_somebody_may_run() -> None:
    procedures = {
        "release-and-roll-back": {"rollout"},
        "debug-a-pod": {"describe", "debug"},
        "read-logs": {"logs"},
        "test-the-network": {"describe", "debug"},
        "find-what-uses-the-resources": {"top"},
    }

    def has_commands(page: str) -> None:
        lines = [line for line in KUBECTL if line.page == f"docs/how-to/{page}.md"]
        missing = procedures[page] - {parse(line.text).verb for line in lines}
        assert not missing, f"no kubectl {' or '.join(sorted(missing))}"
        refused = offenders(lines, may_be_run_by_its_reader)
        assert not refused, refused
        assert {line.reader for line in lines} - {ADMINISTRATOR}, "all for the administrator"

    no_offenders(procedures, has_commands)


def test_what_is_for_a_viewer_is_for_all() -> None:
    for_viewers = [line for line in KUBECTL if line.reader == "viewer"]
    assert for_viewers
    no_offenders(for_viewers, may_be_run_by_all)


def test_a_viewer_could_not_run_what_changes_something() -> None:
    no_offenders(KUBECTL, is_closed_to_a_viewer_if_it_changes_something)


def test_fails_on_commands_that_could_not_work() -> None:
    def works(text: str) -> None:
        line = Line(text=text, reader=None, page="somewhere")
        names_what_there_is(line)
        selects_pods_that_have_the_container(line)

    lines = [
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
    ]
    assert [text for text in lines if not offenders([text], works)] == []


def test_fails_on_commands_for_the_wrong_reader() -> None:
    lines = [
        Line(text=text, reader=reader, page="somewhere")
        for text, reader in (
            ("kubectl delete pod postgres-0 -n app", "viewer"),
            ("kubectl delete pod postgres-0 -n app", "debugger"),
            ("kubectl get pods -n monitoring", "developer"),
            ("kubectl rollout undo deployment/web -n app", "developer"),
            ("kubectl port-forward -n app POD 8080", "developer"),
            ("kubectl get secret/shop-tls -n app", "operator"),
        )
    ]
    refused = offenders(lines, may_be_run_by_its_reader)
    assert [str(line) for line in lines if not any(f"{line}: Need" in it for it in refused)] == []


def _groups(met: Cluster) -> set[str]:
    bindings = find_all(met.objects, "RoleBinding")
    return {s["name"] for each in bindings for s in each["subjects"] if s["kind"] == "Group"}


def _check_port(command: Command, met: Cluster) -> None:
    target, ports = command.words
    wanted = int(ports.rpartition(":")[2])
    if target.startswith("service/"):
        service = find(met.objects, "Service", target.partition("/")[2], command.namespace)
        assert wanted in {port["port"] for port in service["spec"]["ports"]}


def _check_patch(command: Command, met: Cluster) -> None:
    ((kind, name),) = command.objects()
    target = met.claims.get((command.namespace, name)) or find(
        met.objects, kind.name, name, command.namespace
    )
    assert schema_problems([_merged(target, json.loads(command.options["patch"]))]) == []


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(new, dict):
        return new
    return {**old, **{key: _merged(old.get(key, {}), value) for key, value in new.items()}}
