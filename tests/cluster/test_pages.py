"""The commands of the pages, as written, by those whom they are for: they show, are taken, connect.

What changes something is asked of the API server for a dry run: who may, what is admitted.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator

import pytest

from tests.cluster.kubectl import KubectlError, objects, rolled_out, run
from tests.cluster.pages import run_as, words_of
from tests.documentation.kubectl import parse
from tests.documentation.test_commands import KUBECTL, POD
from tests.platform.shop import Shop

_LOOKS = ("auth", "describe", "exec", "get", "logs", "rollout history", "rollout status", "top")
_CHANGES = ("apply -f", "create job", "delete", "patch", "scale")
# What the suite has no part of: add-ons, more pods than its platform may have, a pod that
# ended before, one that the reader chooses.
_ELSEWHERE = (
    *("add-ons", "certificate", "externalsecrets", "volumesnapshots", "minReplicas"),
    *("--previous", "--follow", "replace", "patronictl restart", POD),
)


@pytest.mark.mission("B130")
@pytest.mark.mission("B131")
@pytest.mark.mission("B133")
@pytest.mark.needs("metrics")
def test_commands_that_look(shop: Shop, figure: dict[str, object]) -> None:
    assert shop.core
    # Its logs are asked for, and it starts last.
    rolled_out("statefulset/elasticsearch", namespace="logging")
    tried, failed = _run(_commands(*_LOOKS))
    figure.update(what="commands of the pages that look", tried=tried)
    assert failed == []
    assert tried > 50


@pytest.mark.mission("B130")
@pytest.mark.mission("B133")
def test_commands_that_change(shop: Shop, figure: dict[str, object]) -> None:
    assert shop.core
    commands = _commands(*_CHANGES)
    tried, failed = _run((who, f"{_filled_in(text)} --dry-run=server") for who, text in commands)
    figure.update(what="commands of the pages that change", tried=tried)
    assert failed == []
    assert tried > 15


@pytest.mark.mission("B130")
def test_commands_that_connect(shop: Shop) -> None:
    assert shop.core
    tried = 0
    for reader, text in _commands("port-forward"):
        tried += 1
        command = ("kubectl", *words_of(reader, text))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forward:
            assert forward.stdout is not None
            try:
                assert forward.stdout.readline().startswith("Forwarding from"), text
            finally:
                forward.terminate()
    assert tried > 2


def _run(commands: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """Run commands by their readers; return how many there were, and what failed."""
    tried, failed = 0, []
    for reader, text in commands:
        tried += 1
        try:
            run_as(reader, text)
        except KubectlError as error:
            failed.append(f"{reader}: {error}")
    return tried, failed


def _commands(*verbs: str) -> Iterator[tuple[str, str]]:
    """Yield readers and commands about what there is in this cluster."""
    for reader, text in sorted({(str(line.reader), line.text) for line in KUBECTL}):
        known = not any(word in text for word in _ELSEWHERE)
        if known and text.removeprefix("kubectl ").startswith(verbs) and not _missing(text):
            yield reader, text


def _missing(text: str) -> bool:
    """Tell whether a command names an object that only other settings have."""
    command = parse(text)
    where = ("-n", command.namespace) if command.namespace else ()
    named = [
        f"{kind.resource}.{kind.group}".rstrip(".") + f"/{name}"
        for kind, name in command.objects()
        if name
    ]
    if command.verb == "create":
        named.append(command.options["from"])
    return any(run("get", each, *where).returncode != 0 for each in named)


def _filled_in(text: str) -> str:
    """Write the size that a claim has, where the reader chooses one."""
    if "SIZE" not in text:
        return text
    command = parse(text)
    ((_, name),) = command.objects()
    (claim,) = objects("pvc", name, "-n", command.namespace)
    return text.replace("SIZE", claim["spec"]["resources"]["requests"]["storage"])
