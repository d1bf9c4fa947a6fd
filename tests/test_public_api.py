"""What users import is complete, described, and typed."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest
from constructs import Construct

import constructs_lib
from constructs_lib import ConfigurationError

CLASSES = {
    name: value
    for name in dir(constructs_lib)
    if inspect.isclass(value := getattr(constructs_lib, name))
    and not issubclass(value, Enum)
    and not inspect.isabstract(value)
    and not getattr(value, "_is_protocol", False)
}


def test_a_name_is_loaded_when_it_is_asked_for() -> None:
    program = (
        "import sys, constructs_lib\n"
        "assert 'WebTier' in dir(constructs_lib)\n"
        "assert 'jsii' not in sys.modules\n"
        "from constructs_lib import WebTier\n"
        "assert 'jsii' in sys.modules\n"
        "assert 'constructs_lib.postgres.cluster' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603


def test_a_name_hides_the_module_that_is_called_alike() -> None:
    assert inspect.ismodule(import_module("constructs_lib.override"))
    assert inspect.isfunction(constructs_lib.override)


@pytest.mark.parametrize("name", CLASSES)
def test_each_argument_is_described(name: str) -> None:
    described = inspect.getdoc(CLASSES[name]) or ""
    arguments = set(inspect.signature(CLASSES[name].__init__).parameters) - {"self"}
    for argument in arguments:
        assert re.search(rf"^    {argument}: ", described, re.MULTILINE), argument


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in CLASSES.items()
        if hasattr(kind, "__post_init__") or issubclass(kind, Construct)
    ],
)
def test_what_is_refused_is_described(name: str) -> None:
    described = inspect.getdoc(CLASSES[name]) or ""
    assert re.search(r"^Raises:\n    ConfigurationError: ", described, re.MULTILINE)


def test_types_are_shipped() -> None:
    assert (Path(constructs_lib.__file__).parent / "py.typed").exists()


def test_an_error_says_what_would_work() -> None:
    error = ConfigurationError("Container.port", 80, "use a whole number from 1024 to 65535")
    assert str(error) == "Container.port: got 80; use a whole number from 1024 to 65535"
    assert isinstance(error, ValueError)


def test_many_problems_are_one_error() -> None:
    problems = [ConfigurationError("a", 1, "use 2"), ConfigurationError("b", 3, "use 4")]
    assert str(ConfigurationError.of_all(problems)) == "a: got 1; use 2\nb: got 3; use 4"
