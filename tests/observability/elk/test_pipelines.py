"""Lines of each kind are read for what they say."""

from __future__ import annotations

import pytest
from logstash_pipeline_parser import Pipeline
from lscl.parser import parse_lscl
from syrupy.assertion import SnapshotAssertion

from constructs_lib.observability.elk import pipelines
from tests.observability.elk.grok import matched

URL = "https://elasticsearch.logging.svc.cluster.local:9200"
TEXTS = [
    pipelines.main_pipeline(elasticsearch=URL),
    pipelines.rejected_pipeline(elasticsearch=URL),
]


@pytest.mark.mission("B75")
@pytest.mark.parametrize("text", TEXTS, ids=["main", "rejected"])
def test_two_parsers_take_it(text: str) -> None:
    assert [block.name for block in parse_lscl(text)] == ["input", "filter", "output"]
    assert Pipeline(text).parse()


@pytest.mark.parametrize("broken", ["input { beats { port => } }", "filter { if { } }"])
def test_they_refuse_what_is_broken(broken: str) -> None:
    with pytest.raises(Exception, match=r".") as refused:
        parse_lscl(broken)
    assert "lscl" in type(refused.value).__module__


@pytest.mark.mission("B126")
@pytest.mark.parametrize(
    ("pattern", "line", "fields"),
    [
        (
            pipelines.GUNICORN[0],
            '10.0.0.1 - - [22/Nov/2026:22:10:00 +0000] "GET /api/a?b=1 HTTP/1.1" 200 512 "-" "c"',
            {
                "[source][address]": "10.0.0.1",
                "[user][name]": "-",
                "[logged]": "22/Nov/2026:22:10:00 +0000",
                "[http][request][method]": "GET",
                "[url][original]": "/api/a?b=1",
                "[http][version]": "1.1",
                "[http][response][status_code]": "200",
                "[http][response][bytes]": "512",
                "[rest]": '"-" "c"',
            },
        ),
        (
            pipelines.GUNICORN[1],
            "[2026-11-22 22:10:00 +0000] [7] [INFO] Booting worker with pid: 7",
            {
                "[logged]": "2026-11-22 22:10:00 +0000",
                "[process][pid]": "7",
                "[log][level]": "INFO",
                "[text]": "Booting worker with pid: 7",
            },
        ),
        (
            pipelines.POSTGRES[0],
            "2026-11-22 22:10:00.123 UTC [42] shop@shop api LOG:  duration: 1042.1 ms",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[zone]": "UTC",
                "[process][pid]": "42",
                "[user][name]": "shop",
                "[postgresql][database]": "shop",
                "[postgresql][application]": "api",
                "[log][level]": "LOG",
                "[text]": "duration: 1042.1 ms",
            },
        ),
        (
            pipelines.POSTGRES[0],
            "2026-11-22 22:10:00.123 UTC [9] LOG:  checkpoint starting: time",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[zone]": "UTC",
                "[process][pid]": "9",
                "[log][level]": "LOG",
                "[text]": "checkpoint starting: time",
            },
        ),
    ],
    ids=["request", "gunicorn", "statement", "postgres"],
)
def test_line(pattern: str, line: str, fields: dict[str, str]) -> None:
    assert matched(pattern, line) == fields


def test_another_line_fits_no_pattern() -> None:
    for pattern in (*pipelines.GUNICORN, *pipelines.POSTGRES):
        assert matched(pattern, "Traceback (most recent call last):") is None


def test_main_pipeline(manifest: SnapshotAssertion) -> None:
    """The patterns that a reviewer looks at."""
    assert [{"kind": "Pipeline", "metadata": {"name": "main"}, "text": TEXTS[0]}] == manifest
