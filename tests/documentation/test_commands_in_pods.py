"""What pages show for inside of a pod: each command, its options, and what they name.

Nobody's rights are checked, since whoever is inside a pod has them. Blocks are run too, by their
own programs, in tests/configuration; what stands in a sentence, mostly a verb alone, is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from constructs_lib.testing import find
from tests.documentation.cluster import documented
from tests.documentation.members import parse
from tests.documentation.pages import PAGES, Line, in_pods, place
from tests.repository.offenders import no_offenders, offenders

IN_BLOCKS = [
    Line(text=text, reader=None, page=place(page)) for page in PAGES for text in in_pods(page)
]
SPAN = re.compile(r"`(?:[^`\n]* -- )?((?:patronictl|pgbackrest) [^`\n]+)`")
# With a verb alone, text speaks of a command and gives none.
INLINE = [
    Line(text=text, reader=None, page=place(page))
    for page in PAGES
    if "docs/reference" not in place(page)
    for text in SPAN.findall(page.read_text())
]


def names_what_there_is(line: Line) -> None:
    command = parse(line.text)
    if command.words:
        assert command.words[0] == _patroni()["scope"]
    members = {*command.words[1:]} | {
        command.options[name] for name in ("leader", "candidate") if name in command.options
    }
    assert members <= {name for kind, name, _ in documented().names if kind == "Pod"}
    if "set" in command.options:
        path, _, _ = command.options["set"].partition("=")
        assert path in set(_paths(_patroni()["bootstrap"]["dcs"])), path
    if "role" in command.options:
        assert command.options["role"] in {"primary", "replica"}
    if "stanza" in command.options:
        jobs = find(documented().objects, "ConfigMap", "postgres-backups-scripts", "app")
        scripts = jobs["data"].values()
        assert f"--stanza={command.options['stanza']} stanza-create" in "".join(scripts)


def test_commands_name_what_there_is() -> None:
    assert len([*IN_BLOCKS, *INLINE]) > 5
    no_offenders([*IN_BLOCKS, *INLINE], names_what_there_is)


def test_fails_on_commands_that_could_not_work() -> None:
    assert [
        text
        for text in (
            "patronictl list --every",
            "patronictl lost",
            "patronictl restart shop --pending",
            "patronictl restart postgres postgres-7",
            "patronictl restart postgres --role master",
            "patronictl restart postgres --pending=yes",
            "patronictl switchover --leader web-0",
            "patronictl edit-config --set postgresql.parameters.max_connection=400",
            "pgbackrest --stanza=shop info",
            "psql postgres",
        )
        if not offenders([Line(text=text, reader=None, page="somewhere")], names_what_there_is)
    ] == []


def _patroni() -> dict[str, Any]:
    config = find(documented().objects, "ConfigMap", "postgres-patroni", "app")["data"][
        "patroni.yaml"
    ]
    settings: dict[str, Any] = yaml.safe_load(config)
    return settings


def _paths(settings: dict[str, Any]) -> Iterator[str]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from (f"{name}.{path}" for path in _paths(value))
        else:
            yield name
