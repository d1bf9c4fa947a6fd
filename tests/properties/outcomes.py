"""Runs a property whose examples may be refused, and counts how many were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import ConfigurationError


def try_examples(example: Callable[[st.DataObject], None], *, share: float = 0.3) -> None:
    """Run examples, each of which may raise ConfigurationError, but not too many may."""
    outcomes: Counter[str] = Counter()

    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        try:
            example(data)
        except ConfigurationError:
            outcomes["refused"] += 1
        else:
            outcomes["made"] += 1

    run()
    # No example is drawn twice, and of some values there are only a few good ones.
    assert outcomes["made"] > share * min(outcomes.total(), 100), outcomes
