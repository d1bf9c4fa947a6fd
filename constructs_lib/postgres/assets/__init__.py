"""Configuration and scripts, in the syntax of the programs that read them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def asset(name: str) -> str:
    """Return the text of a file of this folder."""
    return files(__name__).joinpath(name).read_text()


def filled(name: str, **values: object) -> str:
    """Return the text of a file of this folder, with values for its ``$names``."""
    return Template(asset(name)).substitute(values)
