"""The metrics of a question are those that a parser of PromQL finds."""

from __future__ import annotations

import pytest

from constructs_lib.observability.prometheus.questions import metrics_asked
from tests.observability.promql import metrics_of


@pytest.mark.parametrize(
    "expression",
    [
        "sum by (namespace) (rate(a_total[5m])) / on (namespace) group_left b offset 5m > bool 1",
        'a{text="}",code=~"5.."} unless ignoring (code) b{text="c > 1"}',
        "quantile(0.9, max_over_time(a[1h:1m])) without (pod) > 5e8",
        "a:b:ratio_rate5m @ end() or vector(0) < Inf",
        "# c is not asked\n-a ^ 0x1F",
    ],
)
def test_as_a_parser_reads_it(expression: str) -> None:
    asked = metrics_asked(expression)
    assert asked
    assert asked == metrics_of(expression)
