"""The grok that there is reads lines of each kind by the patterns of Logstash's pipeline."""

from __future__ import annotations

import pytest

from constructs_lib.facts import LogFormat
from constructs_lib.observability.elk.parsing import whole
from tests.configuration.programs.grok import read
from tests.observability.elk.lines import LINES, OTHERS, Line

pytestmark = pytest.mark.usefixtures("java")


def patterns(written: LogFormat) -> list[str]:
    return [whole(pattern) for pattern in written.patterns]


@pytest.mark.mission("B75")
@pytest.mark.mission("B126")
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.writer)
def test_line(line: Line) -> None:
    assert read(patterns(line.format), line.text) == line.fields


@pytest.mark.parametrize("line", OTHERS)
def test_another_line_fits_no_pattern(line: str) -> None:
    assert read([*patterns(LogFormat.PYTHON), *patterns(LogFormat.POSTGRES)], line) is None


def test_a_pattern_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="TIMESTAMP_ISO"):
        read([patterns(LogFormat.PYTHON)[1].replace("ISO8601", "ISO8602")], LINES[0].text)
