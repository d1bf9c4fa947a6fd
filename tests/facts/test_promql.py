"""PromQL is read as Prometheus reads it."""

from __future__ import annotations

import pytest

from constructs_lib.facts.promql import metrics_asked


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        (
            "sum by (d) (rate(a_total[5m])) / on (d) group_left b offset 5m > bool 1",
            {"a_total", "b"},
        ),
        ('a{text="}",code=~"5.."} unless ignoring (code) b{text="c > 1"}', {"a", "b"}),
        ("quantile(0.9, max_over_time(a[1h:1m])) without (pod) > 5e8", {"a"}),
        ("a:b:ratio_rate5m @ end() or vector(0) < Inf", {"a:b:ratio_rate5m"}),
        ("# c is not asked\n-a ^ 0x1F", {"a"}),
        ('rate({__name__="a"}[$__rate_interval])', {"a"}),
    ],
)
def test_metrics_asked(expression: str, asked: set[str]) -> None:
    assert metrics_asked(expression) == asked
