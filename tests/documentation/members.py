"""Commands of the programs in the pods of the database, taken apart."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from tests.documentation.kubectl import Command

# The options of each command that pages use, and whether a value follows.
_COMMANDS: Mapping[str, Mapping[str, Mapping[str, bool]]] = {
    "patronictl": {
        "edit-config": {"--force": False, "--set": True},
        "list": {"--extended": False},
        "reinit": {"--force": False},
        "restart": {"--force": False, "--pending": False, "--role": True},
        "resume": {"--wait": False},
        "switchover": {"--candidate": True, "--force": False, "--leader": True},
    },
    "pgbackrest": {"archive-get": {}, "info": {"--stanza": True}, "verify": {}},
}


def parse(line: str) -> Command:
    """Take a line apart, and refuse what its program would not read."""
    program, *words = shlex.split(line)
    assert program in _COMMANDS, f"the pods have no {program}, or say here what it is"
    verb = next((word for word in words if word in _COMMANDS[program]), "")
    assert verb, f"{program} has no such command, or say here what it is"
    known = _COMMANDS[program][verb]
    rest = iter([word for word in words if word != verb])
    positional, options = [], {}
    for word in rest:
        name, given, value = word.partition("=")
        if not word.startswith("-"):
            positional.append(word)
            continue
        assert name in known, f"{program} {verb} has no {name}, or say here what it is"
        assert known[name] or not given, f"{name} takes no value"
        options[name.removeprefix("--")] = (value or next(rest)) if known[name] else ""
    return Command(verb=verb, words=tuple(positional), options=options)
