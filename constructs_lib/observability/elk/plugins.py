"""The configuration language of Logstash: plugins, settings and conditionals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from constructs_lib.errors import ConfigurationError

Setting: TypeAlias = str | int | Sequence[str] | Mapping[str, str] | Mapping[str, Sequence[str]]
_BARE_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")


def plugin(name: str, **settings: Setting) -> str:
    """Return a plugin with its settings."""
    lines = (f"{key} => {_written(value)}\n" for key, value in settings.items())
    return f"{name} {_block(lines)}\n"


def branches(steps: Mapping[str, Iterable[str]], otherwise: Iterable[str] = ()) -> str:
    """Return an if, else if, else of conditions and their plugins."""
    ways = [f"if {condition} {_block(taken)}" for condition, taken in steps.items()]
    others = _block(otherwise)
    return " else ".join([*ways, others] if otherwise else ways) + "\n"


def pipeline(*, source: str, steps: Iterable[str], target: str) -> str:
    """Return the configuration of a pipeline with one input and one output."""
    parts = {"input": [source], "filter": steps, "output": [target]}
    return "".join(f"{name} {_block(content)}\n" for name, content in parts.items()) + "\n"


def _block(content: Iterable[str]) -> str:
    return f"{{\n{_indented(content)}}}"


def _indented(content: Iterable[str]) -> str:
    return "".join(f"  {line}" for line in "".join(content).splitlines(keepends=True))


def _written(value: Setting) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return _text(value)
        case Mapping():
            return _block(f"{_text(key)} => {_written(each)}\n" for key, each in value.items())
        case _:
            items = ",\n".join(map(_written, value))
            return f"[\n{_indented([items])}\n]"


def _text(value: str) -> str:
    if _BARE_WORD.fullmatch(value):
        return value
    quote = "'" if '"' in value else '"'
    if quote in value or "\n" in value:
        raise ConfigurationError(
            "a text of Logstash", value, "use one kind of quotes and one line: it escapes nothing"
        )
    return f"{quote}{value}{quote}"
