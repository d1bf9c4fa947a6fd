"""Fields of several parts are merged."""

from __future__ import annotations

import pytest

from constructs_lib.traffic.merged import merged


def test_maps_are_merged_and_lists_joined() -> None:
    one = {"headers": {"add": [1], "hide": ["a"]}, "path": "/"}
    other = {"headers": {"hide": ["b"], "pass": []}, "path": "/", "cache": True}
    assert merged([one, other]) == {
        "headers": {"add": [1], "hide": ["a", "b"], "pass": []},
        "path": "/",
        "cache": True,
    }
    assert one == {"headers": {"add": [1], "hide": ["a"]}, "path": "/"}
    assert merged([]) == {}


def test_fails_with_two_values_of_a_field() -> None:
    with pytest.raises(ValueError, match="two parts of a policy write path: '/' and '/api'"):
        merged([{"path": "/"}, {"path": "/api"}])
