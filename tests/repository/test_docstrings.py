"""What users import is described to the last argument."""

from __future__ import annotations

import inspect
import re
from enum import Enum

from constructs import Construct

from constructs_lib.values import Value
from tests.public_names import PUBLIC
from tests.repository.offenders import no_offenders

NO_CHECK = Value.__post_init__
CLASSES = {
    name: value
    for name, value in PUBLIC.items()
    if inspect.isclass(value)
    and not issubclass(value, Enum)
    and not inspect.isabstract(value)
    and not getattr(value, "_is_protocol", False)
}


def test_each_argument_is_described() -> None:
    def is_described(name: str) -> None:
        described = inspect.getdoc(CLASSES[name]) or ""
        arguments = set(inspect.signature(CLASSES[name]).parameters)
        missing = {
            argument
            for argument in arguments
            if not re.search(rf"^    {argument}: ", described, re.MULTILINE)
        }
        assert not missing, f"says nothing of {', '.join(sorted(missing))}"

    assert len(CLASSES) > 100
    no_offenders(CLASSES, is_described)


def test_what_is_refused_is_described() -> None:
    def says_when_it_refuses(name: str) -> None:
        described = inspect.getdoc(CLASSES[name]) or ""
        assert re.search(r"^Raises:\n    ConfigurationError: ", described, re.MULTILINE)

    refusing = [
        name
        for name, kind in CLASSES.items()
        if getattr(kind, "__post_init__", NO_CHECK) is not NO_CHECK or issubclass(kind, Construct)
    ]
    no_offenders(refusing, says_when_it_refuses)
