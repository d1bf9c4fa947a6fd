"""Lines of each kind are read for what they say."""

from __future__ import annotations

import pytest
from logstash_pipeline_parser import Pipeline
from lscl.parser import parse_lscl
from syrupy.assertion import SnapshotAssertion

from constructs_lib.observability.elk import pipelines
from constructs_lib.observability.elk.patterns import GUNICORN, POSTGRES
from tests.observability.elk.grok import matched

URL = "https://elasticsearch.logging.svc.cluster.local:9200"
TEXTS = [
    pipelines.main_pipeline(elasticsearch=URL),
    pipelines.rejected_pipeline(elasticsearch=URL),
]
TRACEBACK = """Error handling request /
Traceback (most recent call last):
  File "app.py"
ValueError: no"""


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
    ("patterns", "line", "fields"),
    [
        (
            GUNICORN,
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
            GUNICORN,
            f"[2026-11-22 22:10:00 +0000] [7] [ERROR] {TRACEBACK}",
            {
                "[logged]": "2026-11-22 22:10:00 +0000",
                "[process][pid]": "7",
                "[log][level]": "ERROR",
                "[text]": TRACEBACK,
            },
        ),
        (
            POSTGRES,
            "2026-11-22 22:10:00.123 UTC [42] shop@shop api LOG:  statement: SELECT\n\t1",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[zone]": "UTC",
                "[process][pid]": "42",
                "[user][name]": "shop",
                "[postgresql][database]": "shop",
                "[postgresql][application]": "api",
                "[log][level]": "LOG",
                "[text]": "statement: SELECT\n\t1",
            },
        ),
        (
            POSTGRES,
            "2026-11-22 22:10:00.123 UTC [9] LOG:  checkpoint starting: time",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[zone]": "UTC",
                "[process][pid]": "9",
                "[log][level]": "LOG",
                "[text]": "checkpoint starting: time",
            },
        ),
        (
            POSTGRES,
            "2026-11-22 22:10:00.123 UTC [1] WARNING no such user: x",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[zone]": "UTC",
                "[process][pid]": "1",
                "[log][level]": "WARNING",
                "[text]": "no such user: x",
            },
        ),
        (
            POSTGRES,
            "2026-11-22 22:10:00.123 P00   INFO: archive-push command begin",
            {
                "[logged]": "2026-11-22 22:10:00.123",
                "[process][thread][id]": "00",
                "[log][level]": "INFO",
                "[text]": "archive-push command begin",
            },
        ),
        (
            POSTGRES,
            "2026-11-22 22:10:00,123 INFO: no action. I am (postgres-0), the leader",
            {
                "[logged]": "2026-11-22 22:10:00,123",
                "[log][level]": "INFO",
                "[text]": "no action. I am (postgres-0), the leader",
            },
        ),
        (
            POSTGRES,
            'time=2026-11-22T22:10:00.828Z level=WARN source=main.go:1 msg="no answer"',
            {
                "[logged]": "2026-11-22T22:10:00.828Z",
                "[log][level]": "WARN",
                "[text]": 'source=main.go:1 msg="no answer"',
            },
        ),
    ],
    ids=[
        "request",
        "traceback",
        "statement",
        "postgres",
        "pgbouncer",
        "pgbackrest",
        "patroni",
        "exporter",
    ],
)
def test_line(patterns: tuple[str, ...], line: str, fields: dict[str, str]) -> None:
    first = next(found for pattern in patterns if (found := matched(pattern, line)) is not None)
    assert first == fields


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "[2026", "a\n[2026-"])
def test_another_line_fits_no_pattern(line: str) -> None:
    for pattern in (*GUNICORN, *POSTGRES):
        assert matched(pattern, line) is None


@pytest.mark.mission("B75")
def test_what_was_refused_brings_no_field_of_its_own() -> None:
    """A field named error that is text would stop the pipeline that adds one below it."""
    (_, steps, _) = parse_lscl(TEXTS[1])
    assert [step.name for step in steps.content] == ["prune", "mutate"]
    (kept,) = steps.content[0].content
    assert kept.content == ["^@timestamp$", "^message$", "^service$", "^tags$"]


def test_main_pipeline(manifest: SnapshotAssertion) -> None:
    """The patterns that a reviewer looks at."""
    assert [{"kind": "Pipeline", "metadata": {"name": "main"}, "text": TEXTS[0]}] == manifest
