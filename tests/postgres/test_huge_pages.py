"""PostgreSQL takes the huge pages that its container has, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cdk8s import App, Chart

from constructs_lib import ConfigurationError, Namespace, Resources, SecurityBaseline
from constructs_lib.postgres import PostgresSizes
from constructs_lib.testing import find
from tests.postgres.ends import FAST, SCRATCH, cluster, member, patroni

SERVER = Resources(cpu="2", memory="8Gi", ephemeral_storage="1Gi")
HUGE = replace(SERVER, huge_pages={"2Mi": "4Gi"})


def parameters(server: Resources, **own: str) -> dict[str, Any]:
    chart = Chart(App(), "chart", namespace="shop")
    cluster(chart, sizes=PostgresSizes(server=server), parameters=own)
    told: dict[str, Any] = patroni(chart)["postgresql"]["parameters"]
    return told


def test_it_has_none_unless_its_container_does() -> None:
    told = parameters(SERVER)
    assert told["huge_pages"] == "off"
    assert "huge_page_size" not in told
    told = parameters(HUGE)
    assert (told["huge_pages"], told["huge_page_size"]) == ("on", "2048kB")
    told = parameters(replace(SERVER, huge_pages={"1Gi": "4Gi"}))
    assert (told["huge_pages"], told["huge_page_size"]) == ("on", "1048576kB")


def test_buffers_fill_them_and_leave_the_memory_to_sessions() -> None:
    usual, huge = parameters(SERVER), parameters(HUGE)
    assert (usual["shared_buffers"], huge["shared_buffers"]) == ("2048MB", "3898MB")
    assert (usual["work_mem"], huge["work_mem"]) == ("7MB", "9MB")


def test_they_are_asked_for_and_counted_by_the_quota(app: App, chart: Chart) -> None:
    made = cluster(chart, sizes=PostgresSizes(server=HUGE))
    by_name = {each["name"]: each["resources"] for each in member(chart)["spec"]["containers"]}
    asked = {name: each["requests"].get("hugepages-2Mi") for name, each in by_name.items()}
    assert asked.pop("postgres") == by_name["postgres"]["limits"]["hugepages-2Mi"] == "4Gi"
    assert set(asked.values()) == {None}
    ground = Chart(app, "ground")
    namespace = Namespace(name=str(chart.namespace))
    SecurityBaseline(
        ground,
        "baseline",
        namespaces=[namespace],
        constructs=[made],
        storage=[FAST, SCRATCH],
    )
    hard = find(ground, "ResourceQuota", "quota")["spec"]["hard"]
    assert hard["requests.hugepages-2Mi"] == "12Gi"


@pytest.mark.parametrize(
    ("pages", "own", "says"),
    [
        ({"2Mi": "200Mi"}, {}, "give it 231Mi or more"),
        ({"2Mi": "1Gi"}, {"shared_buffers": "1GB"}, "give it 1150Mi or more"),
        ({"2Mi": "1Gi"}, {"max_locks_per_transaction": "2048"}, "or more: shared_buffers of 128MB"),
        ({"2Mi": "1Gi", "1Gi": "1Gi"}, {}, "huge pages of one size"),
        ({"2Mi": "4Gi"}, {"huge_pages": "try"}, "it follows from the huge_pages of"),
    ],
)
def test_fails_with_too_few(pages: dict[str, str], own: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        parameters(replace(SERVER, huge_pages=pages), **own)


@pytest.mark.parametrize(
    ("pages", "says"), [({"2M": "4Gi"}, "size of a page"), ({"2Mi": "3Mi"}, "a multiple of 2Mi")]
)
def test_fails_with_pages_that_cannot_be(pages: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Resources(huge_pages=pages)
