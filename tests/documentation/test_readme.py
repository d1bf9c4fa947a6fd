"""The refusal that the README shows is a real one."""

from __future__ import annotations

import pytest

from constructs_lib import ConfigurationError, Container
from tests.documentation.pages import README, blocks


def test_the_refusal_is_the_real_one() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Container(image="registry.example.com/shop/web:latest")
    shown = " ".join(blocks("text", README)[0].split())
    assert shown == f"ConfigurationError: {refused.value}"
