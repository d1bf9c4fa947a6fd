"""What users import is loaded when it is asked for, typed, and refuses in one way."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cdk8s import Chart
from constructs import Construct

import constructs_lib
from constructs_lib import ConfigurationError, WebTier
from constructs_lib.values import Value
from tests.public_names import PUBLIC, ROOMS


def test_a_name_is_loaded_when_it_is_asked_for() -> None:
    program = (
        "import sys, constructs_lib\n"
        "assert 'WebTier' in dir(constructs_lib)\n"
        "assert 'jsii' not in sys.modules\n"
        "from constructs_lib import WebTier\n"
        "assert 'jsii' in sys.modules\n"
        "assert 'constructs_lib.postgres.cluster' not in sys.modules\n"
        "from constructs_lib.postgres import BackupPlan\n"
        "assert 'constructs_lib.postgres.cluster' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603


def test_the_package_has_what_a_small_program_needs_and_rooms_have_the_rest() -> None:
    top = set(dir(constructs_lib))
    assert {"WebTier", "PostgresCluster", "PublicHost", "StorageClass"} <= top
    assert len(top) <= 95
    assert len(PUBLIC) > 2 * len(top)
    for room in ROOMS:
        for name in top & set(dir(import_module(f"constructs_lib.{room}"))):
            assert PUBLIC[name] is getattr(constructs_lib, name)


def test_a_name_hides_the_module_that_is_called_alike() -> None:
    assert inspect.ismodule(import_module("constructs_lib.override"))
    assert inspect.isfunction(constructs_lib.override)


def test_help_shows_a_construct_as_it_is_written() -> None:
    shown = pydoc.plain(pydoc.render_doc(WebTier))
    arguments = shown.split("WebTier(\n", 1)[1].split(")\n", 1)[0].splitlines()
    assert [line.removeprefix(" |  ").strip() for line in arguments[:4]] == [
        "scope: Construct,",
        "id: str,",
        "*,",
        "container: Container,",
    ]
    assert "    lifecycle: Lifecycle = Lifecycle(),\n" in shown
    assert "the text of WebTier describes its arguments" in shown
    for jsii in ("*args", "~M", "Creates a new construct node"):
        assert jsii not in shown.split("Methods inherited")[0]
    assert max(map(len, shown.splitlines())) <= 120


def test_types_are_shipped() -> None:
    assert (Path(constructs_lib.__file__).parent / "py.typed").exists()


def test_an_error_says_what_would_work() -> None:
    error = ConfigurationError("Container.port", 80, "use a whole number from 1024 to 65535")
    assert str(error) == "Container.port: got 80; use a whole number from 1024 to 65535"
    assert isinstance(error, ValueError)


def test_many_problems_are_one_error() -> None:
    problems = [ConfigurationError("a", 1, "use 2"), ConfigurationError("b", 3, "use 4")]
    assert str(ConfigurationError.of_all(problems)) == "a: got 1; use 2\nb: got 3; use 4"


def test_fails_with_none_where_it_would_mean_nothing(chart: Chart) -> None:
    tried = 0
    for kind in PUBLIC.values():
        if not isinstance(kind, type) or not issubclass(kind, (Value, Construct)):
            continue
        where = (chart, "a") if issubclass(kind, Construct) else ()
        arguments = [
            each
            for each in inspect.signature(kind).parameters.values()
            if each.kind is each.KEYWORD_ONLY
        ]
        needed = [each for each in arguments if "None" not in each.annotation]
        nothing: dict[str, Any] = {each.name: None for each in arguments}
        if needed:
            with pytest.raises(ConfigurationError) as error:
                kind(*where, **nothing)
            for each in needed:
                works = "give " if each.default is each.empty else "leave it out, or give "
                assert f"{kind.__name__}.{each.name}: got None; {works}" in str(error.value)
                tried += 1
    assert tried > 500
