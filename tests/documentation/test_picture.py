"""The picture shows the platform as it is."""

from __future__ import annotations

import re

import pytest

from constructs_lib.testing import reachability
from tests.documentation import picture
from tests.documentation.cluster import documented


def test_the_picture_is_fresh() -> None:
    assert picture.PAGE.read_text() == picture.picture(), "run: make snapshots"


@pytest.mark.mission("B137")
def test_the_arrows_are_the_calls_that_policies_let_through() -> None:
    platform = [each for each in documented().objects if each["metadata"]["name"] != "web-canary"]
    apps = {
        path: pod["metadata"]["labels"]["app.kubernetes.io/name"]
        for path, pod in documented().pods.items()
        if not pod["spec"].get("hostNetwork")  # policies do not hold there
    }
    calls = {
        (apps[call.source], apps[call.target])
        for call in reachability(platform)
        if call.source in apps and call.target in apps
    }
    arrows = set(re.findall(r"^ +(\S+) -->\|.*\| (\S+)$", picture.PAGE.read_text(), re.MULTILINE))
    known = set(apps.values())
    assert calls == {arrow for arrow in arrows if known.issuperset(arrow)}
