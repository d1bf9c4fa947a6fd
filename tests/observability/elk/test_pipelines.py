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
from constructs_lib.observability.elk.audit_log import AUDIT
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


@pytest.mark.mission("B65")
def test_lines_of_whoever_was_not_let_in_are_put_apart() -> None:
    """By the message of a line of the format that says so, of the database and of one's own."""
    door = LogFormat(name="door", refusals=("no way: /cellar", "shut$"))
    text = pipelines.main_pipeline([*FORMATS, door], elasticsearch=URL)
    assert Pipeline(text).parse()
    (_, steps, _) = parse_lscl(text)
    apart = {}
    for condition, (step,) in steps.content[-1].conditions:
        of_format, of_message = condition.conditions
        assert of_format.first.names == ["service", "log_format"]
        assert of_message.value.names == ["message"]
        assert step.content[0].content["[data_stream][dataset]"] == "refused"
        apart[of_format.second] = of_message.pattern
    assert set(apart) == {"postgres", "door"}
    assert apart["door"].search("no way: /cellar")
    assert apart["door"].search("it is shut")
    assert not apart["door"].search("it is shut again")
    assert not apart["postgres"].search("connection authorized: user=shop")


@pytest.mark.mission("B65")
def test_so_are_calls_of_the_api_that_are_refused() -> None:
    """Those of accounts of pods, and of nobody; a person who may not is told so, and no more."""
    (_, steps, _) = parse_lscl(pipelines.main_pipeline([AUDIT], elasticsearch=URL))
    ((condition, _),) = steps.content[-1].conditions
    refused = condition.conditions[1].pattern
    account, asked = "system:serviceaccount:app:api", "list /api/v1/namespaces/app/secrets"
    assert refused.search(f"{account} {asked} 403")
    assert refused.search(f"%{{[user][name]}} {asked} 401")
    assert not refused.search(f"{account} {asked} 200")
    assert not refused.search(f"mallory@example.com {asked} 403")


def test_main_pipeline(manifest: SnapshotAssertion) -> None:
    """The patterns that a reviewer looks at."""
    assert [{"kind": "Pipeline", "metadata": {"name": "main"}, "text": TEXTS[0]}] == manifest
