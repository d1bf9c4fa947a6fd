"""The commands of the pages that only look show something, as written, to whom they are for."""

from __future__ import annotations

import pytest

from constructs_lib.testing import find_all
from tests.cluster.kubectl import KubectlError
from tests.cluster.pages import run_as
from tests.documentation.kubectl import parse
from tests.documentation.test_commands import KUBECTL, POD
from tests.platform.shop import Shop

_LOOKS = ("auth", "describe", "get", "logs", "rollout history", "rollout status", "top")
# What the suite has no part of: add-ons, a pod that ended before, one that the reader chooses.
_ELSEWHERE = ("externalsecrets", "volumesnapshots", "--previous", "--follow", "replace", POD)


@pytest.mark.mission("B130")
@pytest.mark.mission("B131")
@pytest.mark.mission("B133")
@pytest.mark.needs("metrics")
def test_commands_that_look(shop: Shop, figure: dict[str, object]) -> None:
    tried, failed = 0, []
    for reader, text in sorted({(str(line.reader), line.text) for line in KUBECTL}):
        shown = text.removeprefix("kubectl ").startswith(_LOOKS)
        if not shown or any(word in text for word in _ELSEWHERE) or _missing(shop, text):
            continue
        tried += 1
        try:
            run_as(reader, text)
        except KubectlError as error:
            failed.append(f"{reader}: {error}")
    figure.update(what="commands of the pages", tried=tried)
    assert failed == []
    assert tried > 50


def _missing(shop: Shop, text: str) -> bool:
    """Tell whether a command names an object that only other settings have."""
    return any(
        name not in {each["metadata"]["name"] for each in find_all(shop.core, kind.name)}
        for kind, name in parse(text).objects()
        if name
    )
