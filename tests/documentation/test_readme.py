"""What the README shows of its program is what that makes, and what it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib import ConfigurationError, Container
from constructs_lib.testing import find
from tests.documentation.pages import README, blocks, run


def holds(whole: object, part: object) -> bool:
    """Tell whether a part, with what it leaves out, is in a whole."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and holds(whole[key], value) for key, value in part.items())
    return whole == part


def test_the_yaml_is_what_the_program_makes(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text(blocks("python", README)[0])
    run(tmp_path, program)
    made = [
        manifest
        for file in tmp_path.glob("dist/*.yaml")
        for manifest in yaml.safe_load_all(file.read_text())
    ]
    shown: list[dict[str, Any]] = list(yaml.safe_load_all(blocks("yaml", README)[0]))
    assert shown
    for manifest in shown:
        assert holds(find(made, manifest["kind"], manifest["metadata"]["name"]), manifest), manifest


def test_the_refusal_is_the_real_one() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Container(image="registry.example.com/shop/web:latest")
    shown = " ".join(blocks("text", README)[0].split())
    assert shown == f"ConfigurationError: {refused.value}"
