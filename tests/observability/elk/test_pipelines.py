"""Lines of each kind are read for what they say."""

from __future__ import annotations

import pytest
from logstash_pipeline_parser import Pipeline
from logstash_pipeline_parser.tree import ParseError
from lscl.parser import parse_lscl
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigurationError
from constructs_lib.facts import LogFormat
from constructs_lib.observability.elk import pipelines
from constructs_lib.observability.elk.plugins import plugin
from tests.observability.elk.grok import read
from tests.observability.elk.lines import LINES, OTHERS, Line

URL = "https://elasticsearch.logging.svc.cluster.local:9200"
FORMATS = [LogFormat.JSON, LogFormat.PYTHON, LogFormat.NODE, LogFormat.POSTGRES, LogFormat.PLAIN]
TEXTS = [
    pipelines.main_pipeline(FORMATS, elasticsearch=URL),
    pipelines.rejected_pipeline(elasticsearch=URL),
]


@pytest.mark.mission("B75")
@pytest.mark.parametrize("text", TEXTS, ids=["main", "rejected"])
def test_two_parsers_take_it(text: str) -> None:
    assert [block.name for block in parse_lscl(text)] == ["input", "filter", "output"]
    assert Pipeline(text).parse()


@pytest.mark.parametrize("broken", ["input { beats { port => } }", "filter { json { a => [ } }"])
def test_they_refuse_what_is_broken(broken: str) -> None:
    with pytest.raises(Exception, match=r".") as refused:
        parse_lscl(broken)
    assert "lscl" in type(refused.value).__module__
    with pytest.raises(ParseError):
        Pipeline(broken).parse()


@pytest.mark.parametrize("text", ["'it' is \"it\"", "two\nlines"])
def test_fails_for_a_text_that_no_quotes_hold(text: str) -> None:
    with pytest.raises(ConfigurationError, match="it escapes nothing"):
        plugin("mutate", add_tag=[text])


@pytest.mark.mission("B126")
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.writer)
def test_line(line: Line) -> None:
    assert read(line.format, line.text) == line.fields


@pytest.mark.parametrize("line", OTHERS)
def test_another_line_fits_no_pattern(line: str) -> None:
    for written in (LogFormat.PYTHON, LogFormat.POSTGRES):
        assert read(written, line) is None


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
